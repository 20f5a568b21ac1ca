"""Reading one's notifications."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.accounts.policies import hidden_from, not_hidden
from community.comments.models import Comment
from community.communities.models import Community, Space
from community.core.clock import now
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db
from community.notifications import policies
from community.notifications.models import Notification
from community.posts.models import Post

SHOWN = 30
AGAIN_AFTER = dt.timedelta(days=7)
CLOSED = "This is not available any more"


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
    met = or_(Notification.actor_user_id.is_(None), Notification.type.in_(policies.STAFF_WORK),
              Notification.actor_user_id.not_in(hidden_from(user_id, "notice")))
    waiting = (select(Notification.id).where(Notification.user_id == user_id, Notification.read_at.is_(None),
                                             Notification.dismissed_at.is_(None), met).limit(100).subquery())
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def was_told(user_id: int, kind: str, *, by: int, event_id: int) -> bool:
    """Whether somebody was told the same of the same person within a week, by another event."""
    return db.session.scalar(select(Notification.id).where(
        Notification.user_id == user_id, Notification.type == kind, Notification.actor_user_id == by,
        Notification.source_event_id != event_id, Notification.created_at > now() - AGAIN_AFTER).limit(1)) is not None


def own(viewer: Viewer, *, unread: bool, limit: int, after: tuple[Any, int] | None) -> Sequence[Notice]:
    """One more than `limit` of the viewer's notifications, latest first.

    What the viewer may not read any more, or what is gone, is named no more: only that there was something.
    """
    statement = (select(Notification, policies.is_still_read(viewer).label("is_still_read"), *person_columns())
                 .outerjoin(User, User.id == Notification.actor_user_id).outerjoin(Profile, Profile.user_id == User.id)
                 .outerjoin(Comment, and_(Notification.entity_type == "comment", Comment.id == Notification.entity_id))
                 .outerjoin(Post, Post.id == Comment.post_id).outerjoin(Community, Community.id == Post.community_id)
                 .outerjoin(Space, Space.id == Post.space_id)
                 .where(Notification.user_id == viewer.user_id, Notification.dismissed_at.is_(None),
                        or_(Notification.type.in_(policies.STAFF_WORK),
                            not_hidden(viewer, Notification.actor_user_id, surface="notice", of="user")))
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


def _notice(row: Notification, found: Any) -> Notice:  # noqa: ANN401 - a row with `person_columns`
    is_open = bool(found.is_still_read)
    return Notice(id=row.id, public_id=str(row.public_id), type=row.type, title=row.title if is_open else CLOSED,
                  message=row.message if is_open else "", actor=person_of(found) if found.user_id and is_open else None,
                  is_unread=row.read_at is None, created_at=row.created_at, url=f"/notifications/{row.public_id}/go")
