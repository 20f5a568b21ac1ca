"""Logging in and out, and the levels that ask for an account."""

from __future__ import annotations

from flask import Response, g, make_response, request, session
from flask_login import login_user, logout_user

from community.accounts import services
from community.accounts.devices import device_of
from community.accounts.forms import LogInForm
from community.accounts.signed_in import LoggedIn
from community.core.errors import Denied, LoginNeeded
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.urls import safe_next
from community.core.viewer import Viewer
from community.core.web import blueprint, keep_writes, register_level

bp = blueprint("access", access="anyone")


def need_user(viewer: Viewer) -> None:
    """The access level `user`."""
    if viewer.user is None:
        raise LoginNeeded


def need_site_admin(viewer: Viewer) -> None:
    """The access level `site_admin`."""
    need_user(viewer)
    if not viewer.is_site_admin:
        raise Denied("Only site administrators enter here.")


register_level("user", need_user)
register_level("site_admin", need_site_admin)


def begin(token: str, *, remember: bool) -> None:
    """Put a new session into the cookie; nothing of an older cookie is adopted."""
    session.clear()
    login_user(LoggedIn(token))
    session.permanent = remember


@bp.get("/login")
def log_in_page() -> Response:
    target = safe_next(request.args.get("next"), "")
    if not g.viewer.is_guest:
        return redirect(target or "/")
    return render("accounts/login.html", form=blank(LogInForm, next=target, remember=True), failed=False,
                  confirmed="confirmed" in request.args)


@bp.post("/login")
@limited(20, "15 minute", scope="log-in")
def log_in() -> Response:
    form = bind(LogInForm, request.form)
    token = None
    if form.valid:
        token = services.log_in(form.data.identifier, form.data.password, remember=form.data.remember,
                                device=device_of(request))
    if token is None:
        keep_writes()
        return render("accounts/login.html", "accounts/_login_form.html", form=form, failed=form.valid, confirmed=False,
                      status=422)
    begin(token, remember=form.data.remember)
    return redirect(safe_next(form.data.next, "/"))


@bp.post("/logout")
def log_out() -> Response:
    services.log_out(by=g.viewer)
    logout_user()
    session.clear()
    response = make_response(redirect("/"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response
