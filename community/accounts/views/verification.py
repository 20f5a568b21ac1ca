"""Proving an address by the link of a mail."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request, session

from community.accounts import queries, services
from community.accounts.devices import device_of
from community.accounts.views.access import begin
from community.accounts.views.signup import NEXT, user_waiting
from community.core.errors import Gone
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.urls import safe_next
from community.core.web import blueprint

bp = blueprint("verification", access="anyone", prefix="/verify-email")


@bp.get("/<token>")
def page(token: str) -> Response:
    """Opening the link changes nothing; its button does."""
    found = queries.usable_token(token, "VERIFY_EMAIL")
    return _gone() if found is None else no_store(
        render("accounts/verify.html", token=token, usable=True, email=found.payload.get("email"), waits=False))


@bp.post("/<token>")
@limited(30, "hour", scope="verify")
def verify(token: str) -> Response:
    """Take the proof. The browser that signed up is logged in; any other one logs in itself."""
    waiting = user_waiting()
    try:
        user = services.verify_email(token)
    except Gone:
        return _gone()
    target = safe_next(session.pop(NEXT, None), "/communities")
    if not g.viewer.is_guest:
        return redirect(target)
    if waiting is None or waiting.id != user.id:
        return redirect("/login?" + urlencode({"confirmed": 1, "next": target}))
    begin(services.start_session(user, remember=True, device=device_of(request)), remember=True)
    return redirect(target)


def _gone() -> Response:
    waits = user_waiting() is not None
    return no_store(render("accounts/verify.html", token="", usable=False, email=None, waits=waits, status=410))
