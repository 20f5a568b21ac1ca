"""Telling people, and taking note of what they saw."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert

from community.accounts.queries import silenced
from community.core import broadcast, cache
from community.core.authz import require
from community.core.clock import now
from community.core.topics import topic
from community.core.viewer import Viewer
from community.extensions import db
from community.notifications import policies
from community.notifications.models import Notification


@dataclass(frozen=True)
class Notice:
    """What somebody is to be told, once for the event it comes from."""

    user_id: int
    user_public_id: str
    type: str
    event_id: int
    title: str
    message: str
    action_url: str
    entity_type: str
    entity_id: int
    community_id: int | None
    actor_user_id: int | None


def notify(notices: list[Notice]) -> None:
    """Insert notifications; one that this event made before is left as it is. Open pages are told to look.

    Nobody is told what somebody did whom they blocked, muted or are blocked by.
    """
    apart = silenced({(one.user_id, one.actor_user_id) for one in notices if one.actor_user_id is not None})
    notices = [one for one in notices
               if one.type in policies.STAFF_WORK or (one.user_id, one.actor_user_id) not in apart]
    if not notices:
        return
    at = now()
    rows = [{
        "user_id": one.user_id, "community_id": one.community_id, "type": one.type, "actor_user_id": one.actor_user_id,
        "entity_type": one.entity_type, "entity_id": one.entity_id, "title": one.title[:200],
        "message": one.message[:500], "action_url": one.action_url, "source_event_id": one.event_id, "created_at": at,
        "updated_at": at,
    } for one in notices]
    statement = insert(Notification).values(rows).on_conflict_do_nothing(
        index_elements=["user_id", "source_event_id", "type"])
    db.session.execute(statement)
    for one in notices:
        cache.raise_later(f"u:{one.user_id}")
        broadcast.hint(topic("user", one.user_public_id), "notifications:new")


def mark_read(notification: Notification, *, by: Viewer) -> None:
    """One notification was opened."""
    require(policies.can_read_own(by))
    if notification.read_at is None:
        notification.read_at = now()
        _changed(by)


def mark_all_read(*, by: Viewer) -> None:
    """Everything that waits was seen."""
    require(policies.can_read_own(by))
    db.session.execute(update(Notification).where(
        Notification.user_id == by.user_id, Notification.read_at.is_(None)).values(read_at=now()))
    _changed(by)


def _changed(by: Viewer) -> None:
    cache.raise_later(f"u:{by.user_id}")
    if by.user is not None:
        broadcast.hint(topic("user", by.user.public_id), "notifications:new")


def forget_person(user_ids: set[int]) -> None:
    """Remove what was told to these people, and what was told of them. Safe to repeat."""
    told = db.session.scalars(
        delete(Notification).where(or_(Notification.user_id.in_(user_ids), Notification.actor_user_id.in_(user_ids)))
        .returning(Notification.user_id).execution_options(synchronize_session=False)).all()
    for user_id in set(told):
        cache.raise_later(f"u:{user_id}")
