"""Whom people write to when they cannot log in."""

from __future__ import annotations

from email.utils import parseaddr

from flask import current_app

from community.core import settings


def contact_address() -> str:
    """The site's contact address; the sender of its mails where none is set."""
    return str(settings.get("contact_email")) or parseaddr(current_app.extensions["config"].mail_from)[1]
