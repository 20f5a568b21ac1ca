"""Signing up, proving an address, logging in and out."""

from __future__ import annotations

from flask import Response, g, make_response, request, session
from flask_login import login_user, logout_user

from community.accounts import names, queries, services
from community.accounts.devices import device_of
from community.accounts.forms import LogInForm, SignUpForm
from community.accounts.signed_in import LoggedIn
from community.core import settings as site
from community.core.errors import Denied, Gone, Invalid, LoginNeeded
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import redirect, render, respond
from community.core.urls import safe_next
from community.core.viewer import Viewer
from community.core.web import access, blueprint, keep_writes, register_level

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


@bp.get("/signup")
def sign_up_page() -> Response:
    if not g.viewer.is_guest:
        return redirect("/")
    return render("accounts/signup.html", form=blank(SignUpForm, next=safe_next(request.args.get("next"), "")),
                  registration=site.get("registration"))


@bp.post("/signup")
@limited(5, "hour", scope="sign-up")
def sign_up() -> Response:
    form = bind(SignUpForm, request.form)
    if site.get("registration") != "OPEN":
        raise Denied("Sign-up is closed.")
    if not form.valid:
        return render("accounts/signup.html", "accounts/_signup_form.html", form=form, status=422,
                      registration="OPEN")
    data = form.data
    try:
        user = services.sign_up(display_name=data.display_name, email=data.email, username=data.username,
                                password=data.password)
    except Invalid as error:
        form.merge(error.fields)
        return render("accounts/signup.html", "accounts/_signup_form.html", form=form, status=422,
                      registration="OPEN")
    if user is not None:
        _begin(services.start_session(user, remember=True, device=device_of(request)), remember=True)
    session["signup_email"] = data.email
    session["after_verification"] = safe_next(data.next, "")
    return redirect("/signup/done")


@bp.get("/signup/done")
def signed_up() -> Response:
    """The same page for a new address and a known one."""
    return render("accounts/signup_done.html", email=session.get("signup_email"))


@bp.get("/signup/username")
@limited(60, "minute", scope="username")
def check_username() -> Response:
    """Whether a username can be had; a fragment under the field while typing."""
    value = request.args.get("value", "").strip().lower()[:60]
    problem = names.problem_with(value) or ("This username is taken." if queries.is_username_taken(value) else None)
    return render("accounts/username.html", "accounts/_username_hint.html", value=value, problem=problem)


@bp.get("/verify-email/<token>")
def verification_page(token: str) -> Response:
    """Opening the link changes nothing; its button does."""
    usable = queries.usable_token(token, "VERIFY_EMAIL") is not None
    return render("accounts/verify.html", token=token, usable=usable, status=200 if usable else 410)


@bp.post("/verify-email/<token>")
@limited(30, "hour", scope="verify")
def verify_email(token: str) -> Response:
    try:
        services.verify_email(token)
    except Gone:
        return render("accounts/verify.html", token=token, usable=False, status=410)
    target = safe_next(session.pop("after_verification", None) or "", "/communities")
    return redirect(target if not g.viewer.is_guest else "/login?next=" + target)


@bp.post("/verify-email")
@access("user")
@limited(3, "hour", scope="resend")
def resend_verification() -> Response:
    services.request_verification(by=g.viewer)
    return respond(otherwise="/signup/done", toast="We sent you a new link.")


@bp.get("/login")
def log_in_page() -> Response:
    target = safe_next(request.args.get("next"), "")
    if not g.viewer.is_guest:
        return redirect(target or "/")
    return render("accounts/login.html", form=blank(LogInForm, next=target), failed=False)


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
        return render("accounts/login.html", "accounts/_login_form.html", form=form, failed=form.valid, status=422)
    _begin(token, remember=form.data.remember)
    return redirect(safe_next(form.data.next, "/"))


@bp.post("/logout")
def log_out() -> Response:
    services.log_out(by=g.viewer)
    logout_user()
    session.clear()
    response = make_response(redirect("/"))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _begin(token: str, *, remember: bool) -> None:
    """A new session id at every log-in; nothing of an older cookie is adopted."""
    session.clear()
    login_user(LoggedIn(token))
    session.permanent = remember
