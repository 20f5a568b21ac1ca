"""Deleting one's account."""

from __future__ import annotations

from flask import Response, g, request, session
from flask_login import logout_user

from community.accounts import policies, services
from community.accounts.forms.security import LeaveForm
from community.core.authz import require_recent
from community.core.errors import Conflict
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("leaving", access="user", prefix="/settings/account/delete")


@bp.get("")
def page() -> Response:
    """What happens, and what stands in the way."""
    require_recent(g.viewer)
    return _page(blank(LeaveForm, when="later"))


@bp.post("")
@limited(10, "hour", scope="leaving")
def leave() -> Response:
    form = bind(LeaveForm, request.form)
    if form.valid and form.data.username.lower().lstrip("@") != g.viewer.user.username:
        form.error("username", "This is not your username.")
    if not form.valid:
        return _page(form, status=422)
    try:
        services.request_deletion(at_once=form.data.when == "now", by=g.viewer)
    except Conflict as error:
        form.error("", str(error))
        return _page(form, status=409)
    logout_user()
    session.clear()
    answer = redirect("/login?left=1" if form.data.when == "now" else "/login?leaving=1")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _page(form: Form[LeaveForm], *, status: int = 200) -> Response:
    return no_store(render("accounts/settings_leave.html", form=form, status=status, username=g.viewer.user.username,
                           obstacle=policies.what_keeps(g.viewer.user.id)))
