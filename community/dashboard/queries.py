"""Reading tasks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import case, func, select

from community.communities.models import Community, Invite, Space
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.dashboard import policies
from community.dashboard.models import OPEN, PRIORITIES, Task
from community.extensions import db

MOST = 500
DEFAULT_SPACES = 2
INVITED = 3
_urgency = case({name: rank for rank, name in enumerate(PRIORITIES)}, value=Task.priority)


def open_tasks(viewer: Viewer) -> Sequence[Task]:
    """What is to be done: the most urgent first, then the oldest."""
    statement = (select(Task).where(policies.visible_tasks(viewer), Task.status.in_(OPEN))
                 .order_by(_urgency.desc(), Task.created_at, Task.id).limit(MOST))
    return db.session.scalars(statement).all()


def closed_tasks(viewer: Viewer, *, limit: int = 20) -> Sequence[Task]:
    """What was done or put away, the latest first."""
    statement = (select(Task).where(policies.visible_tasks(viewer), Task.status.notin_(OPEN))
                 .order_by(Task.updated_at.desc(), Task.id.desc()).limit(limit))
    return db.session.scalars(statement).all()


def get_task(viewer: Viewer, public_id: uuid.UUID, *, lock: bool = False) -> Task:
    """A task the viewer may see. Raises `NotFound`."""
    statement = select(Task).where(Task.public_id == public_id, policies.visible_tasks(viewer))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound
    return found


def is_known(community_id: int, key: str) -> bool:
    """Whether there was ever a task of this cause."""
    where = (Task.community_id == community_id, Task.dedupe_key == key)
    return db.session.scalar(select(Task.id).where(*where).limit(1)) is not None


def is_open(community_id: int, related_type: str) -> bool:
    """Whether a task about such a thing is on the list."""
    where = (Task.community_id == community_id, Task.related_type == related_type, Task.status.in_(OPEN))
    return db.session.scalar(select(Task.id).where(*where).limit(1)) is not None


def setup_state(community_id: int) -> dict[str, bool]:
    """Which first steps of a community are done."""
    place = db.session.get_one(Community, community_id)
    spaces = db.session.scalar(select(func.count()).select_from(Space).where(
        Space.community_id == community_id, Space.deleted_at.is_(None))) or 0
    invited = db.session.scalar(select(func.coalesce(func.sum(func.greatest(Invite.used_count, case(
        (Invite.email.is_not(None), 1), else_=0))), 0)).where(Invite.community_id == community_id)) or 0
    return {"logo": bool(place.avatar), "description": bool(place.description), "space": spaces > DEFAULT_SPACES,
            "rules": bool(place.rules), "invite": invited >= INVITED or place.member_count > INVITED,
            "post": place.post_count > 0}
