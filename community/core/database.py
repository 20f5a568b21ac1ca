"""Two ways to the database: one that writes, and one for pages that only read.

Reading connections are their own pool, in autocommit (no BEGIN and ROLLBACK around each page) and read-only by the
server's own setting, so that a GET that tries to write fails instead of writing.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url

_KEY = "reading_engine"


class SiteSession(Session):
    """The session of the site: safe requests read through the reading engine."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:  # noqa: ANN401
        if has_request_context() and g.get("only_reads", False):
            reading = current_app.extensions.get(_KEY)
            if reading is not None:
                return reading  # type: ignore[no-any-return]
        return super().get_bind(*args, **kwargs)


def init_reading(app: Flask, url: str) -> None:
    """Open the pool of reading connections. A connection found dead is replaced and the page read once more."""
    app.extensions[_KEY] = create_engine(
        make_url(url), isolation_level="AUTOCOMMIT", pool_size=10, max_overflow=10, pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "community-reads",
                      "options": "-c default_transaction_read_only=on"})
