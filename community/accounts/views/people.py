"""What one does with somebody on their page: follow, block, mute."""

from __future__ import annotations

from flask import Response, g, request

from community.accounts import queries, services
from community.accounts.forms import MuteForm, PostsToldForm
from community.accounts.models import User
from community.core.clock import now
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, partial, replaced
from community.core.limits import limited
from community.core.responses import no_store, redirect, render, respond
from community.core.web import blueprint

bp = blueprint("relations", access="user", prefix="/u/<username>")


@bp.post("/follow")
@limited(60, "minute", scope="follow")
def follow(username: str) -> Response:
    """Follow somebody, or ask to."""
    user = _person(username)
    status = services.follow(user, by=g.viewer)
    return _actions(user, "You follow them now." if status == "ACTIVE" else "They were asked.")


@bp.post("/follow/delete")
@bp.delete("/follow")
def unfollow(username: str) -> Response:
    user = _anybody(username)
    services.unfollow(user, by=g.viewer)
    return _actions(user, "You do not follow them any more.")


@bp.post("/follow/posts")
def choose_posts(username: str) -> Response:
    """Be told of new posts, or not."""
    user, form = _person(username), bind(PostsToldForm, request.form)
    if not form.valid:
        raise Invalid("That could not be read.")
    services.choose_posts_told(user, form.data.notify_new_posts, by=g.viewer)
    return _actions(user, "You will hear of new posts." if form.data.notify_new_posts else "You will not hear of new posts.")


@bp.post("/block")
def block(username: str) -> Response:
    """Block somebody; the page shows what that means and the way back."""
    user = _anybody(username)
    services.block(user, by=g.viewer)
    return redirect(_page_of(user))


@bp.post("/block/delete")
@bp.delete("/block")
def unblock(username: str) -> Response:
    user = _anybody(username)
    services.unblock(user, by=g.viewer)
    return redirect(_page_of(user))


@bp.get("/mute")
def mute_page(username: str) -> Response:
    """What to hide, and how long."""
    return _mute_page(_person(username), blank(MuteForm))


@bp.post("/mute")
def mute(username: str) -> Response:
    user, form = _person(username), bind(MuteForm, request.form)
    if not form.valid:
        return _mute_page(user, form, status=422)
    period = services.PERIODS[form.data.days]
    services.mute(user, by=g.viewer, kind=form.data.kind, until=now() + period if period else None)
    return redirect(_page_of(user))


@bp.post("/mute/delete")
@bp.delete("/mute")
def unmute(username: str) -> Response:
    user = _anybody(username)
    services.unmute(user, by=g.viewer)
    return redirect(_page_of(user))


def _person(username: str) -> User:
    """Somebody whose name the viewer may see. Raises `NotFound`."""
    try:
        return queries.get_person(g.viewer, username)[0]
    except queries.Renamed as renamed:
        return queries.get_person(g.viewer, renamed.username)[0]


def _anybody(username: str) -> User:
    """Somebody with whom the viewer may have something to end, though they do not meet. Raises `NotFound`."""
    found = queries.by_username(username)
    ties = queries.ties(g.viewer, found.id) if found is not None else None
    if found is None or ties is None or not (ties.blocks or ties.mute or ties.follow):
        return _person(username)
    return found


def _page_of(user: User) -> str:
    """Where the person is seen; who is not seen any more is found among those one keeps away."""
    try:
        queries.get_person(g.viewer, user.username)
    except NotFound:
        return "/settings/blocks"
    return f"/u/{user.username}"


def _actions(user: User, toast: str) -> Response:
    """The buttons as they are now, and the count of followers."""
    page = queries.person_page(g.viewer, user.username)
    count = partial("#followers-count", f"{page.followers:,}", swap="innerHTML")
    buttons = fragment("accounts/_person_actions.html", viewer=g.viewer, who=page)
    return respond(replaced("person-actions", buttons), count, otherwise=page.person.url, toast=toast)


def _mute_page(user: User, form: Form[MuteForm], *, status: int = 200) -> Response:
    who = queries.person_page(g.viewer, user.username)
    return no_store(render("accounts/mute.html", who=who.person, form=form, status=status))
