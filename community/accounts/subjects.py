"""Open pages do not get what people wrote whom their readers do not meet."""

from __future__ import annotations

from flask import Flask

from community.accounts.queries import hidden_public_ids
from community.core import topics


def register(app: Flask) -> None:
    """Tell the socket whose messages are kept from whom."""
    topics.register_hidden(hidden_public_ids)
