"""Pages that exist only while the site's address is this machine."""

from __future__ import annotations

from flask import Response, current_app, request

from community.adapters.mail import outbox
from community.config import Config
from community.core.errors import NotFound
from community.core.responses import no_store, render
from community.core.web import blueprint

bp = blueprint("development", access="anyone", prefix="/dev")


@bp.before_request
def only_here() -> None:
    """Nobody else's mail is ever shown."""
    config: Config = current_app.extensions["config"]
    if not config.is_loopback:
        raise NotFound


@bp.get("/mail")
def mails() -> Response:
    """The mails that would have left, newest first."""
    found = outbox(current_app.extensions["config"]).messages()
    newest = found[0] if found else ("", None)
    wanted, opened = next((mail for mail in found if mail[0] == request.args.get("open")), newest)
    part = opened.get_body(("plain",)) if opened else None
    text = part.get_content() if part else ""
    return no_store(render("accounts/dev_mail.html", mails=found, opened=opened, wanted=wanted, text=text))
