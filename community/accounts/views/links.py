"""The pages mails lead to. Opening one changes nothing; its button does, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, g, request, session
from flask_login import logout_user

from community.accounts import queries, services
from community.accounts.forms.security import PasswordForm, ResetForm
from community.core import crypto
from community.core.errors import Gone, Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("links", access="anyone")


@dataclass(frozen=True)
class Link:
    """A page with one button. `renewal` is where another such link is had."""

    purpose: str
    title: str
    text: str
    button: str
    use: Callable[[str], str]
    """Takes the token; says where to go on."""
    renewal: str = "/password/reset"


def _unlock(token: str) -> str:
    services.unlock(token)
    return "/login?unlocked=1"


def _disown(token: str) -> str:
    return f"/password/reset/{services.disown(token)}"


def _change(token: str) -> str:
    services.change_email(token, session_id=g.viewer.session_id)
    return "/settings/email?changed=1" if not g.viewer.is_guest else "/login?confirmed=1"


def _undo(token: str) -> str:
    services.undo_email_change(token)
    return "/login?undone=1"


def _keep(token: str) -> str:
    services.keep_account(token)
    return "/login?kept=1"


LINKS = {
    "unlock": Link("UNLOCK", "Unlock your account", "Then you can log in again at once.", "Unlock", _unlock),
    "not-me": Link("NOT_ME", "This was not you?", "We log everybody out of your account, and you choose a new password.",
                   "Secure my account", _disown),
    "change": Link("CHANGE_EMAIL", "Confirm your new address", "From then on you log in with it, and we write to it.",
                   "Use this address", _change, renewal="/settings/email"),
    "undo": Link("UNDO_EMAIL", "Undo the change of your address",
                 "Your account gets this address back, everybody is logged out, and you choose a new password.",
                 "Undo the change", _undo),
    "keep": Link("CANCEL_DELETE", "Keep your account?", "It is not deleted then, and everything stays as it was.",
                 "Keep my account", _keep, renewal="/login"),
}


@bp.get("/account/<kind>/<token>")
def page(kind: str, token: str) -> Response:
    link = _link(kind)
    usable = queries.usable_token(token, link.purpose) is not None
    return _page(link, kind, token, usable=usable)


@bp.post("/account/<kind>/<token>")
@limited(30, "hour", scope="links")
def use(kind: str, token: str) -> Response:
    link = _link(kind)
    try:
        target = link.use(token)
    except Gone:
        return _page(link, kind, "", usable=False)
    return redirect(target)


@bp.get("/password/reset")
def forgotten() -> Response:
    return _reset_page(blank(ResetForm, email=""), sent="sent" in request.args)


@bp.post("/password/reset")
@limited(30, "hour", scope="reset-place")
@limited(3, "hour", scope="reset", by=lambda: f"reset:{_typed()}")
def request_reset() -> Response:
    """The same answer for every address."""
    form = bind(ResetForm, request.form)
    if not form.valid:
        return _reset_page(form, status=422)
    services.request_reset(form.data.email)
    return redirect("/password/reset?sent=1")


@bp.get("/password/reset/<token>")
def new_password(token: str) -> Response:
    usable = queries.usable_token(token, "RESET_PASSWORD") is not None
    return _password_page(blank(PasswordForm), token, usable=usable)


@bp.post("/password/reset/<token>")
@limited(30, "hour", scope="links")
def reset_password(token: str) -> Response:
    form = bind(PasswordForm, request.form)
    if not form.valid:
        return _password_page(form, token, usable=queries.usable_token(token, "RESET_PASSWORD") is not None, status=422)
    try:
        services.reset_password(token, form.data.password)
    except Invalid as error:
        form.merge(error.fields)
        return _password_page(form, token, usable=True, status=422)
    except Gone:
        return _password_page(form, token, usable=False)
    logout_user()
    session.clear()
    return redirect("/login?reset=1")


def _typed() -> str:
    """One counter an address, without keeping the address."""
    return crypto.keyed_digest(request.form.get("email", "").strip().lower(), purpose="reset").hex()


def _link(kind: str) -> Link:
    if kind not in LINKS:
        raise NotFound
    return LINKS[kind]


def _page(link: Link, kind: str, token: str, *, usable: bool) -> Response:
    return no_store(render("accounts/link.html", link=link, action=f"/account/{kind}/{token}", usable=usable,
                           status=200 if usable else 410))


def _reset_page(form: Form[ResetForm], *, sent: bool = False, status: int = 200) -> Response:
    return no_store(render("accounts/reset.html", form=form, sent=sent, status=status))


def _password_page(form: Form[PasswordForm], token: str, *, usable: bool, status: int = 200) -> Response:
    return no_store(render("accounts/new_password.html", form=form, token=token, usable=usable,
                           status=status if usable else 410))
