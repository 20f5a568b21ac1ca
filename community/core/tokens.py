"""Tokens of forms: a form sent twice makes one thing."""

from __future__ import annotations

import uuid


def new_client_token() -> str:
    """A token for a fresh form."""
    return uuid.uuid4().hex
