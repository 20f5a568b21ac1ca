"""One's own settings."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from community.accounts import queries, services
from community.accounts.forms import AppearanceForm
from community.core.forms import bind, blank
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.responses import no_store, render, respond
from community.core.web import blueprint

bp = blueprint("settings", access="user", prefix="/settings")


@bp.get("/appearance")
def appearance() -> Response:
    return no_store(render("accounts/settings_appearance.html", form=blank(AppearanceForm, theme=g.viewer.user.theme),
                           done="saved" in request.args))


@bp.post("/appearance")
def save_appearance() -> Response:
    form = bind(AppearanceForm, request.form)
    if not form.valid:
        return no_store(render("accounts/settings_appearance.html", form=form, done=False, status=422))
    services.choose_theme(form.data.theme, by=g.viewer)
    return respond(otherwise="/settings/appearance?saved=1", toast="Saved.")


@bp.get("/sessions")
def sessions() -> Response:
    return no_store(render("accounts/settings_sessions.html", "accounts/_sessions.html", **_sessions()))


@bp.post("/sessions/<number>/delete")
@bp.delete("/sessions/<number>")
def revoke(number: str) -> Response:
    services.revoke_session(number_of(number), by=g.viewer)
    return _after_revoking("Logged out there.")


@bp.post("/sessions/others/delete")
def revoke_others() -> Response:
    count = services.revoke_other_sessions(by=g.viewer)
    return _after_revoking("Logged out of one other place." if count == 1 else f"Logged out of {count} other places.")


def _after_revoking(toast: str) -> Response:
    return respond(replaced("sessions", fragment("accounts/_sessions.html", **_sessions())),
                   otherwise="/settings/sessions", toast=toast)


def _sessions() -> dict[str, Any]:
    return {"sessions": queries.own_sessions(g.viewer), "current_id": g.viewer.session_id}
