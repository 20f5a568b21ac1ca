"""The page of a person: what they say of themselves, and what they wrote, as far as the viewer reads it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, make_response, request
from flask import redirect as moved

from community.accounts import queries as accounts
from community.accounts.people import person_of
from community.accounts.queries import PersonPage, note_profile_view
from community.communities.queries import default_emoji
from community.core.errors import NotFound
from community.core.responses import render
from community.core.web import blueprint
from community.feeds import cards, paged, people, queries
from community.feeds.queries import Filters

bp = blueprint("profiles", access="anyone", prefix="/u/<username>")


@bp.get("")
def posts(username: str) -> Response:
    """A person and their posts."""
    shown = _load(username)
    if isinstance(shown, Response):
        return shown
    g.palette, who = default_emoji(), shown.person.user_id
    if shown.level != "whole":
        return _page(shown, "posts")
    result = paged.posts(Filters(author_id=who), lambda limit, after: queries.posts_by(g.viewer, who, limit=limit, after=after))
    chosen = cards.cards(g.viewer, people.showcased(g.viewer, who, shown.showcased)) if result["is_first"] else []
    return _page(shown, "posts", partial="feeds/_page.html", result=result, showcased=chosen)


@bp.get("/comments")
def comments(username: str) -> Response:
    """What a person commented."""
    shown = _load(username)
    if isinstance(shown, Response):
        return shown
    if not shown.shows_comments:
        raise NotFound
    who = shown.person.user_id
    result = paged.rows("comments", who, lambda limit, after: people.comments_by(g.viewer, who, limit=limit, after=after))
    return _page(shown, "comments", partial="feeds/_said.html", result=result)


@bp.get("/communities")
def communities(username: str) -> Response:
    """Communities the viewer and a person are both in."""
    shown = _load(username)
    if isinstance(shown, Response):
        return shown
    if shown.level != "whole" or g.viewer.is_guest:
        raise NotFound
    return _page(shown, "communities", result={"items": people.communities_of(g.viewer, shown.person.user_id), "older": ""})


@bp.get("/followers")
def followers(username: str) -> Response:
    """Who follows a person."""
    return _people(username, "followers", accounts.followers)


@bp.get("/following")
def following(username: str) -> Response:
    """Whom a person follows."""
    return _people(username, "following", accounts.following)


def _people(username: str, tab: str, load: Any) -> Response:  # noqa: ANN401 - a question of accounts
    shown = _load(username)
    if isinstance(shown, Response):
        return shown
    if not shown.shows_people:
        raise NotFound
    who = shown.person.user_id
    result = paged.rows(tab, who, lambda limit, after: load(g.viewer, who, limit=limit, after=after))
    result["items"] = [person_of(row) for row in result["items"]]
    return _page(shown, tab, partial="feeds/_people.html", result=result)


def _load(username: str) -> PersonPage | Response:
    """The profile, or the way to where the person is found now."""
    try:
        shown = accounts.person_page(g.viewer, username)
    except accounts.Renamed as renamed:
        rest = request.path.removeprefix(f"/u/{username}")
        response = make_response(moved(f"/u/{renamed.username}{rest}", 301))
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    if g.viewer.user_id is not None and not shown.is_own and shown.level == "whole":
        note_profile_view(shown.person.user_id, g.viewer.user_id)
    g.canonical = current_app.extensions["config"].site_url + shown.person.url
    return shown


def _page(shown: PersonPage, tab: str, *, partial: str | None = None, **context: Any) -> Response:  # noqa: ANN401
    return render("feeds/person.html", partial, person=shown, tab=tab, tabs=_tabs(shown, tab),
                  **{"result": None, "showcased": (), **context})


def _tabs(shown: PersonPage, tab: str) -> list[tuple[str, str, bool]]:
    url = shown.person.url
    wanted = [("posts", "Posts", url, True), ("comments", "Comments", f"{url}/comments", shown.shows_comments),
              ("communities", "Communities" if shown.is_own else "In common", f"{url}/communities", not g.viewer.is_guest),
              ("followers", "Followers", f"{url}/followers", shown.shows_people),
              ("following", "Following", f"{url}/following", shown.shows_people)]
    return [(label, address, name == tab) for name, label, address, open_ in wanted if open_]
