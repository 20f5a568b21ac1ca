"""Logging in and out, and the levels that ask for an account."""

from __future__ import annotations

from flask import Response, current_app, g, make_response, request, session
from flask_login import login_user, logout_user

from community.accounts import services
from community.accounts.devices import device_of
from community.accounts.forms import LogInForm
from community.accounts.forms.security import CodeForm, PasskeyLogInForm
from community.accounts.services import Admission
from community.accounts.signed_in import LoggedIn
from community.core.authz import SECOND_FACTOR_NEEDED
from community.core.contact import contact_address
from community.core.errors import Denied, Gone, Invalid, LoginNeeded
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.urls import safe_next
from community.core.viewer import Viewer
from community.core.web import blueprint, for_suspended, keep_writes, register_level

bp = blueprint("access", access="anyone")

PENDING, INVITE = "second_factor", "invite"
NOTES = {"confirmed", "reset", "unlocked", "undone", "kept", "leaving", "left"}
"""What the page of the log-in may say happened a moment ago."""


def need_user(viewer: Viewer) -> None:
    """The access level `user`."""
    if viewer.user is None:
        raise LoginNeeded


def need_site_admin(viewer: Viewer) -> None:
    """The access level `site_admin`."""
    need_user(viewer)
    if viewer.user is not None and viewer.user.needs_second_factor:
        raise Denied(SECOND_FACTOR_NEEDED)
    if not viewer.is_site_admin:
        raise Denied("Only site administrators enter here.")


register_level("user", need_user)
register_level("site_admin", need_site_admin)


def begin(token: str, *, remember: bool) -> None:
    """Put a new session into the cookie; of an older cookie only a followed invitation is kept."""
    invite = session.get(INVITE)
    session.clear()
    if invite is not None:
        session[INVITE] = invite
    login_user(LoggedIn(token))
    session.permanent = remember


def renew(token: str) -> None:
    """Put the new token of the session at hand into the cookie."""
    session["_user_id"] = token


def enter(admission: Admission, *, remember: bool, target: str) -> Response:
    """Go on after a log-in that succeeded: in, or to the second factor."""
    if admission.token is not None:
        begin(admission.token, remember=remember)
        return redirect(target)
    session[PENDING] = {"token": admission.second_factor, "remember": remember, "next": target}
    return redirect("/login/2fa")


@bp.get("/login")
def log_in_page() -> Response:
    target = safe_next(request.args.get("next"), "")
    if not g.viewer.is_guest:
        return redirect(target or "/")
    note = next((name for name in request.args if name in NOTES), "")
    return _log_in_page(blank(LogInForm, next=target, remember=True), note=note)


@bp.post("/login")
@limited(20, "15 minute", scope="log-in")
def log_in() -> Response:
    form = bind(LogInForm, request.form)
    if not form.valid:
        return _log_in_page(form, status=422)
    keep_writes()
    admission = services.log_in(form.data.identifier, form.data.password, remember=form.data.remember,
                                device=device_of(request))
    if not admission:
        return _log_in_page(form, failed=True, is_shut=admission.is_shut, status=422)
    return enter(admission, remember=form.data.remember, target=safe_next(form.data.next, "/"))


@bp.post("/login/passkey/options")
@limited(60, "15 minute", scope="passkey-options")
def passkey_options() -> Response:
    """What a browser needs to ask for a passkey: whichever the person picks, or one of those the viewer has."""
    return _json(services.offer_log_in(g.viewer.user_id))


@bp.post("/login/passkey")
@limited(20, "15 minute", scope="log-in")
def log_in_with_passkey() -> Response:
    form = bind(PasskeyLogInForm, request.form)
    again = blank(LogInForm, next=safe_next(request.form.get("next"), ""), remember=True)
    if not form.valid:
        return _log_in_page(again, status=422)
    keep_writes()
    admission = services.log_in_with_passkey(form.data.credential, remember=form.data.remember,
                                             device=device_of(request))
    if not admission:
        again.error("", "That passkey did not work here. Try again, or log in with your password.")
        return _log_in_page(again, is_shut=admission.is_shut, status=422)
    return enter(admission, remember=form.data.remember, target=safe_next(form.data.next, "/"))


@bp.get("/login/2fa")
def second_factor_page() -> Response:
    if not g.viewer.is_guest:
        return redirect("/")
    if PENDING not in session:
        return redirect("/login")
    return _second_factor_page(blank(CodeForm), with_recovery="recovery" in request.args)


@bp.post("/login/2fa")
@limited(30, "15 minute", scope="second-factor")
def second_factor() -> Response:
    pending = session.get(PENDING)
    if pending is None:
        return redirect("/login")
    form = bind(CodeForm, request.form)
    with_recovery = "recovery" in request.args
    if not form.valid:
        return _second_factor_page(form, with_recovery=with_recovery, status=422)
    keep_writes()
    try:
        token = services.pass_second_factor(pending["token"], form.data.code, device=device_of(request))
    except Invalid as error:
        form.merge(error.fields)
        return _second_factor_page(form, with_recovery=with_recovery, status=422)
    except Gone:
        session.pop(PENDING)
        return no_store(render("accounts/second_factor.html", form=form, with_recovery=False, is_over=True, status=410))
    begin(token, remember=pending["remember"])
    return redirect(safe_next(pending["next"], "/"))


@bp.post("/logout")
@for_suspended
def log_out() -> Response:
    services.log_out(by=g.viewer)
    logout_user()
    session.clear()
    response = make_response(redirect("/"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _log_in_page(form: Form[LogInForm], *, failed: bool = False, is_shut: bool = False, note: str = "",
                 status: int = 200) -> Response:
    return render("accounts/login.html", "accounts/_login_form.html", form=form, failed=failed, note=note,
                  contact=contact_address() if is_shut else "", status=status)


def _second_factor_page(form: Form[CodeForm], *, with_recovery: bool, status: int = 200) -> Response:
    return no_store(render("accounts/second_factor.html", form=form, with_recovery=with_recovery, is_over=False,
                           status=status))


def _json(body: str) -> Response:
    return no_store(current_app.response_class(body, mimetype="application/json"))
