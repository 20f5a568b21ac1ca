"""Reading one's notifications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db
from community.notifications.models import Notification

SHOWN = 30


@dataclass(frozen=True)
class Notice:
    """A notification as lists show one."""

    id: int
    public_id: str
    type: str
    title: str
    message: str
    actor: Person | None
    is_unread: bool
    created_at: dt.datetime
    url: str


def unread_count(user_id: int) -> int:
    """How many notifications wait; counted up to 100, which is shown as 99+."""
    waiting = (select(Notification.id).where(Notification.user_id == user_id, Notification.read_at.is_(None),
                                             Notification.dismissed_at.is_(None)).limit(100).subquery())
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def own(viewer: Viewer, *, unread: bool, limit: int, after: tuple[Any, int] | None) -> Sequence[Notice]:
    """One more than `limit` of the viewer's notifications, latest first."""
    statement = (select(Notification, *person_columns())
                 .outerjoin(User, User.id == Notification.actor_user_id).outerjoin(Profile, Profile.user_id == User.id)
                 .where(Notification.user_id == viewer.user_id, Notification.dismissed_at.is_(None))
                 .order_by(Notification.created_at.desc(), Notification.id.desc()).limit(limit + 1))
    if unread:
        statement = statement.where(Notification.read_at.is_(None))
    if after is not None:
        statement = statement.where(tuple_(Notification.created_at, Notification.id) < tuple_(*after))
    return [_notice(row[0], row) for row in db.session.execute(statement)]


def get_own(viewer: Viewer, public_id: uuid.UUID) -> Notification:
    """One of the viewer's notifications. Raises `NotFound`."""
    found = db.session.scalars(select(Notification).where(
        Notification.public_id == public_id, Notification.user_id == viewer.user_id)).first()
    if found is None:
        raise NotFound
    return found


def _notice(row: Notification, people: Any) -> Notice:  # noqa: ANN401 - a row with `person_columns`
    return Notice(id=row.id, public_id=str(row.public_id), type=row.type, title=row.title, message=row.message,
                  actor=person_of(people) if people.user_id else None, is_unread=row.read_at is None,
                  created_at=row.created_at, url=f"/notifications/{row.public_id}/go")
