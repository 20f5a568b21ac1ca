"""The state of the installation, and the accounts on it, for those who run it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from community.accounts import policies
from community.accounts.models import Profile, User
from community.core import paging
from community.core.audit import AuditLog
from community.core.authz import require
from community.core.errors import NotFound
from community.core.paging import Cursor, Page
from community.core.viewer import Viewer
from community.extensions import db

SETUP_LOCK = 7301
PEOPLE_PAGE = 50


def lock_setup() -> None:
    """Let one of several people at `/setup` go first."""
    db.session.execute(select(func.pg_advisory_xact_lock(SETUP_LOCK)))


@dataclass(frozen=True)
class FoundPerson:
    """An account in the list."""

    id: int
    username: str
    name: str
    email: str
    status: str
    site_role: str
    created_at: dt.datetime


def find_people(viewer: Viewer, typed: str, cursor: str | None) -> Page[FoundPerson]:
    """Accounts whose name, username or address holds what was typed, 50 a page, the newest first."""
    require(policies.can_administer(viewer))
    statement = (select(User.id, User.username, Profile.display_name, User.email, User.status, User.site_role,
                        User.created_at)
                 .join(Profile, Profile.user_id == User.id).where(User.site_role != "SYSTEM"))
    if typed:
        pattern = f"%{_escaped(typed)}%"
        statement = statement.where(or_(User.username.ilike(pattern), Profile.display_name.ilike(pattern),
                                        func.lower(User.email).like(pattern.lower())))
    after = paging.position(cursor, sort="people", filters={"q": typed or None})
    if after is not None:
        statement = statement.where(tuple_(User.created_at, User.id) < after)
    rows = db.session.execute(statement.order_by(User.created_at.desc(), User.id.desc()).limit(PEOPLE_PAGE + 1)).all()
    people = [FoundPerson(row.id, row.username, row.display_name, row.email, row.status, row.site_role, row.created_at)
              for row in rows]
    return paging.slice_page(people, PEOPLE_PAGE, lambda one: Cursor("people", one.created_at, one.id,
                                                                     {"q": typed or None}))


def get_person(viewer: Viewer, username: str) -> User:
    """An account with its profile. Raises `NotFound`."""
    require(policies.can_administer(viewer))
    statement = (select(User).options(joinedload(User.profile))
                 .where(func.lower(User.username) == username.lower(), User.site_role != "SYSTEM"))
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Act:
    """What an administrator did to an account."""

    action: str
    by: str
    reason: str
    at: dt.datetime


def acts_on(viewer: Viewer, user: User) -> Sequence[Act]:
    """What administrators did to an account, the latest 20."""
    require(policies.can_administer(viewer))
    rows = db.session.execute(
        select(AuditLog.action, AuditLog.reason, AuditLog.created_at, User.username)
        .outerjoin(User, User.id == AuditLog.actor_user_id)
        .where(AuditLog.entity_type == "user", AuditLog.entity_id == user.id)
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc()).limit(20))
    return [Act(row.action, row.username or "the command line", row.reason, row.created_at) for row in rows]


def _escaped(typed: str) -> str:
    return typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
