"""Choosing the posts that stand on top of one's profile."""

from __future__ import annotations

from typing import Annotated

from flask import Response, g, request
from pydantic import Field

from community.accounts import queries as accounts
from community.core.forms import Command, Id, bind
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint
from community.feeds import people, services

bp = blueprint("showcase", access="user", prefix="/settings/showcase")


class ShowcaseForm(Command):
    """Up to three posts, by id."""

    posts: Annotated[tuple[Id, ...], Field(max_length=3)] = ()


@bp.get("")
def choose() -> Response:
    chosen = accounts.with_profile(g.viewer.user.id).profile.showcased_post_ids
    return _page([str(number) for number in chosen], done="saved" in request.args)


@bp.post("")
def save() -> Response:
    form = bind(ShowcaseForm, request.form)
    if not form.valid:
        return _page(form.values["posts"], messages=["Choose up to three posts."], status=422)
    services.choose_showcase(form.data.posts, by=g.viewer)
    return redirect("/settings/showcase?saved=1")


def _page(chosen: list[str], *, done: bool = False, messages: list[str] | None = None, status: int = 200) -> Response:
    own = people.own_public_posts(g.viewer.user.id)
    return no_store(render("feeds/settings_showcase.html", posts=own, chosen=chosen, done=done, messages=messages or [],
                           status=status))
