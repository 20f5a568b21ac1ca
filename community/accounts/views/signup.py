"""Signing up: the form, the page that says what comes next, and a mistyped address."""

from __future__ import annotations

import datetime as dt

from flask import Response, current_app, g, request, session

from community.accounts import names, queries, services
from community.accounts.forms import AddressForm, SignUpForm
from community.accounts.models import User
from community.accounts.views.access import INVITE
from community.config import Config
from community.core import settings as site
from community.core.clock import now
from community.core.errors import Denied, Invalid
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, replaced
from community.core.limits import limited, who
from community.core.responses import redirect, render, respond
from community.core.urls import safe_next
from community.core.web import blueprint

bp = blueprint("signup", access="anyone", prefix="/signup")

PAUSE = 60
"""Seconds before the page offers to send another link."""
_MARK, _SENT, NEXT = "signup", "signup_sent", "after_verification"


def _who_waits() -> str:
    """One counter an account, so that people behind one address do not wait for each other."""
    mark = session.get(_MARK)
    return f"signup:{mark['at']}" if g.viewer.is_guest and mark else who()


@bp.get("")
def form_page() -> Response:
    if not g.viewer.is_guest:
        return redirect("/")
    form = blank(SignUpForm, next=safe_next(request.args.get("next"), ""))
    return _form_page(form)


@bp.post("")
@limited(5, "hour", scope="sign-up")
def sign_up() -> Response:
    """Make the account. What is answered, the cookie included, is the same for an address that is known already."""
    if not g.viewer.is_guest:
        return redirect("/")
    closed = _why_closed()
    if closed:
        raise Denied(closed)
    form = bind(SignUpForm, request.form)
    if not form.valid:
        return _form_again(form)
    data = form.data
    try:
        user = services.sign_up(display_name=data.display_name, email=data.email, username=data.username,
                                password=data.password, birthdate=data.birthdate)
    except Invalid as error:
        form.merge(error.fields)
        return _form_again(form)
    return await_verification(data.email, user, safe_next(data.next, ""))


def await_verification(email: str, user: User | None, target: str) -> Response:
    """On to the page that says that a link was sent; `target` comes after the proof. None: the address was known."""
    invite = session.get(INVITE)
    session.clear()
    session.permanent = True
    if invite is not None:
        session[INVITE] = invite
    session[_MARK] = {"email": email, "at": (user.created_at if user else now()).isoformat()}
    session[_SENT] = int(now().timestamp())
    session[NEXT] = target
    return redirect("/signup/done")


@bp.get("/done")
def done() -> Response:
    """What happens now; the same page for a new address and a known one."""
    email = address_waiting()
    if email is None:
        return redirect("/signup" if g.viewer.is_guest else "/")
    return _done_page(email, blank(AddressForm), sent="sent" in request.args)


@bp.post("/resend")
@limited(3, "hour", scope="resend", by=_who_waits)
def resend() -> Response:
    """Another link, to the address that waits for one."""
    if address_waiting() is None:
        return redirect("/login?next=/signup/done")
    _send_again()
    return respond(replaced("resend", fragment("accounts/_resend.html", waiting=True)), otherwise="/signup/done?sent=1",
                   toast="We sent you a new link.")


@bp.post("/address")
@limited(3, "hour", scope="resend", by=_who_waits)
def correct_address() -> Response:
    """Send the link to another address than the one typed first."""
    email = address_waiting()
    if email is None:
        return redirect("/signup")
    form = bind(AddressForm, request.form)
    if not form.valid:
        return _done_page(email, form, status=422)
    services.correct_address(user_waiting(), form.data.email)
    if _MARK in session:
        session[_MARK] = {**session[_MARK], "email": form.data.email}
    session[_SENT] = int(now().timestamp())
    return redirect("/signup/done?sent=1")


@bp.get("/username")
@limited(60, "minute", scope="username")
def check_username() -> Response:
    """The field of the username: whether it can be had, or a suggestion made of the name if none was typed yet."""
    name = request.args.get("display_name", "").strip()[:60]
    typed = request.args.get("username", request.args.get("value", "")).strip()[:60]
    suggested = queries.unused_username(names.suggestion_for(name)) if name else ""
    value = suggested if typed in ("", request.args.get("suggested")) else typed
    problem = names.problem_with(value.lower()) if value else None
    if problem is None and value and queries.is_username_taken(value):
        problem = "This username is taken."
    return render("accounts/username.html", "accounts/_username_field.html", value=value, suggested=suggested,
                  free=bool(value) and problem is None, messages=[problem] if problem else [], focus=False)


def user_waiting() -> User | None:
    """The account whose address waits to be proven: the viewer's, or the one this browser signed up with."""
    if g.viewer.user is not None:
        return None if g.viewer.user.email_verified else queries.with_profile(g.viewer.user.id)
    mark = session.get(_MARK)
    return queries.signed_up_as(mark["email"], dt.datetime.fromisoformat(mark["at"])) if mark else None


def address_waiting() -> str | None:
    """The address a link was sent to, as it was typed: whether there is an account behind it is not told."""
    if g.viewer.user is not None:
        user = user_waiting()
        return user.email if user else None
    mark = session.get(_MARK)
    return str(mark["email"]) if mark else None


def _send_again() -> None:
    user = user_waiting()
    if g.viewer.user is not None:
        services.request_verification(by=g.viewer)
    elif user is not None:
        services.send_link_again(user)
    session[_SENT] = int(now().timestamp())


def _form_again(form: Form[SignUpForm]) -> Response:
    return _form_page(form, status=422)


def _form_page(form: Form[SignUpForm], status: int = 200) -> Response:
    return render("accounts/signup.html", "accounts/_signup_form.html", form=form, closed=_why_closed(),
                  asks_birthdate=bool(site.get("minimum_age")), is_invited=INVITE in session, status=status)


def _why_closed() -> str:
    """Why nobody signs up now, or nobody but the invited; empty where they may."""
    mode = site.get("registration")
    if mode == "INVITE_ONLY" and INVITE not in session:
        return "This site takes new people by invitation only. Ask somebody who is here for a link."
    return "This site takes no new accounts at the moment." if mode == "CLOSED" else ""


def _done_page(email: str, form: Form[AddressForm], *, sent: bool = False, status: int = 200) -> Response:
    config: Config = current_app.extensions["config"]
    waiting = now().timestamp() - session.get(_SENT, 0) < PAUSE
    return render("accounts/signup_done.html", "accounts/_resend.html", email=email, form=form, sent=sent,
                  waiting=waiting, shows_mail=config.is_loopback, status=status)
