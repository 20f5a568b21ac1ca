"""Who sees and does which tasks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, true

from community.communities.policies import can_read_community
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer
from community.dashboard.models import FOR_MODERATORS, Task


def can_see_task(viewer: Viewer, task: Task) -> bool:
    """Admins see every task of their community, moderators those of moderation and of joining."""
    if viewer.community is None or viewer.community.id != task.community_id or task.deleted_at is not None:
        return False
    if not viewer.is_staff or not can_read_community(viewer):
        return False
    return viewer.is_admin or task.type in FOR_MODERATORS


def visible_tasks(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_see_task`."""
    if viewer.community is None or not viewer.is_staff or not can_read_community(viewer):
        return false()
    of_kind = true() if viewer.is_admin else Task.type.in_(FOR_MODERATORS)
    return and_(Task.community_id == viewer.community.id, Task.deleted_at.is_(None), of_kind)


def can_change_task(by: Viewer, task: Task) -> Decision:
    """Whoever sees a task may take it up, put it away or open it again."""
    return True if can_see_task(by, task) else Deny("Only the staff works on these tasks.")
