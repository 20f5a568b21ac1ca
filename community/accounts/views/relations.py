"""Who asks to follow, and whom one keeps away."""

from __future__ import annotations

from flask import Response, g

from community.accounts import queries, services
from community.accounts.models import User
from community.core.errors import NotFound
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.responses import no_store, render, respond
from community.core.web import blueprint

bp = blueprint("apart", access="user")


@bp.get("/follow-requests")
def requests() -> Response:
    """Who asks to follow the viewer."""
    return no_store(render("accounts/follow_requests.html", requests=queries.follow_requests(g.viewer)))


@bp.post("/follow-requests/<number>/accept")
def accept(number: str) -> Response:
    services.accept_follow(number_of(number), by=g.viewer)
    return _answered("They follow you now.")


@bp.post("/follow-requests/<number>/decline")
def decline(number: str) -> Response:
    services.decline_follow(number_of(number), by=g.viewer)
    return _answered("Declined. They are not told.")


@bp.post("/follow-requests/accept")
def accept_all() -> Response:
    count = services.accept_all(by=g.viewer)
    return _answered("One person follows you now." if count == 1 else f"{count} people follow you now.")


@bp.post("/follow-requests/decline")
def decline_all() -> Response:
    services.decline_all(by=g.viewer)
    return _answered("Declined. They are not told.")


@bp.get("/settings/blocks")
def blocks() -> Response:
    """Everybody the viewer blocked or muted, with the way back."""
    return no_store(render("accounts/settings_blocks.html", kept=queries.kept_apart(g.viewer)))


@bp.post("/settings/blocks/<username>/delete")
def unblock(username: str) -> Response:
    services.unblock(_kept(username), by=g.viewer)
    return _undone("Unblocked.")


@bp.post("/settings/mutes/<username>/delete")
def unmute(username: str) -> Response:
    services.unmute(_kept(username), by=g.viewer)
    return _undone("Unmuted.")


def _kept(username: str) -> User:
    found = queries.by_username(username)
    if found is None or found.id not in {one.person.user_id for one in queries.kept_apart(g.viewer)}:
        raise NotFound
    return found


def _undone(toast: str) -> Response:
    html = fragment("accounts/_kept_apart.html", kept=queries.kept_apart(g.viewer))
    return respond(replaced("kept-apart", html), otherwise="/settings/blocks", toast=toast)


def _answered(toast: str) -> Response:
    html = fragment("accounts/_follow_requests.html", requests=queries.follow_requests(g.viewer))
    return respond(replaced("follow-requests", html), otherwise="/follow-requests", toast=toast)
