"""The state of the installation."""

from __future__ import annotations

from sqlalchemy import func, select

from community.accounts.models import User
from community.extensions import db

SETUP_LOCK = 7301


def is_set_up() -> bool:
    """True once there is a site administrator; `/setup` is gone from then on."""
    return db.session.scalar(select(User.id).where(User.site_role == "SITE_ADMIN").limit(1)) is not None


def lock_setup() -> None:
    """Let one of several people at `/setup` go first."""
    db.session.execute(select(func.pg_advisory_xact_lock(SETUP_LOCK)))
