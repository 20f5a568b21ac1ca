"""The state of the installation."""

from __future__ import annotations

from sqlalchemy import func, select

from community.extensions import db

SETUP_LOCK = 7301


def lock_setup() -> None:
    """Let one of several people at `/setup` go first."""
    db.session.execute(select(func.pg_advisory_xact_lock(SETUP_LOCK)))
