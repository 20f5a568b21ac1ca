"""Opening and closing tasks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from community.accounts.models import User
from community.communities import queries as communities
from community.core import broadcast
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Invalid
from community.core.outbox import record
from community.core.topics import topic
from community.core.viewer import Viewer
from community.dashboard import policies, queries
from community.dashboard.events import TaskCompleted, TaskCreated, TaskDismissed, TaskUpdated
from community.dashboard.models import OPEN, STATUSES, Task
from community.extensions import db

WAITS_LONG = dt.timedelta(hours=48)
_OPEN_ONES = Task.status.in_(OPEN)


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task to open. `key` names its cause: there is never a second task of the same one."""

    community_id: int
    type: str
    title: str
    key: str
    description: str = ""
    priority: str = "NORMAL"
    related: tuple[str, int | None] = ("", None)
    url: str = ""


def open_task(todo: ToDo) -> None:
    """Put a task on the list, once for its cause."""
    if queries.is_known(todo.community_id, todo.key):
        return
    at = now()
    made = db.session.scalar(
        insert(Task).values(
            community_id=todo.community_id, type=todo.type, title=todo.title[:200], description=todo.description[:1000],
            priority=todo.priority, dedupe_key=todo.key, related_type=todo.related[0], related_id=todo.related[1],
            details={"url": todo.url}, created_at=at, updated_at=at)
        .on_conflict_do_nothing(index_elements=["community_id", "dedupe_key"], index_where=_OPEN_ONES)
        .returning(Task.id))
    if made is not None:
        record(TaskCreated(task_id=made, community_id=todo.community_id))
        _tell_staff(todo.community_id)


def close_tasks(community_id: int, *, related: tuple[str, int] | None = None, key: str | None = None) -> None:
    """What a task asked for has happened, wherever that was."""
    where = [Task.community_id == community_id, _OPEN_ONES]
    if related is not None:
        where += [Task.related_type == related[0], Task.related_id == related[1]]
    if key is not None:
        where.append(Task.dedupe_key == key)
    at = now()
    closed = db.session.scalars(update(Task).where(*where).values(status="COMPLETED", completed_at=at, updated_at=at)
                                .returning(Task.id)).all()
    for task_id in closed:
        record(TaskCompleted(task_id=task_id, community_id=community_id))
    if closed:
        _tell_staff(community_id)


def set_status(task: Task, status: str, *, by: Viewer) -> Task:
    """Take a task up, finish it, put it away or open it again; the same status changes nothing. Its subject stays as it is."""
    require(policies.can_change_task(by, task))
    if status not in STATUSES:
        raise Invalid("There is no such status.")
    task = queries.get_task(by, task.public_id, lock=True)
    if task.status == status:
        return task
    task.status, task.updated_at = status, now()
    task.completed_at = now() if status == "COMPLETED" else None
    task.completed_by = by.member.id if by.member and status == "COMPLETED" else None
    event = {"COMPLETED": TaskCompleted, "DISMISSED": TaskDismissed}.get(status, TaskUpdated)
    db.session.flush()
    record(event(task_id=task.id, community_id=task.community_id, actor_user_id=by.user_id))
    _tell_staff(task.community_id)
    return task


def hasten_requests() -> int:
    """Requests that wait for two days become urgent; returns how many."""
    late = db.session.execute(
        update(Task).where(Task.type == "MEMBER_APPROVAL", _OPEN_ONES, Task.priority == "NORMAL",
                           Task.created_at <= now() - WAITS_LONG)
        .values(priority="HIGH", updated_at=func.now()).execution_options(synchronize_session=False))
    return int(late.rowcount)  # type: ignore[attr-defined]


def _tell_staff(community_id: int) -> None:
    """The open task lists of the staff look again."""
    ids = communities.staff_user_ids(community_id)
    for public_id in db.session.scalars(select(User.public_id).where(User.id.in_(ids))):
        broadcast.hint(topic("user", public_id), "tasks:changed")
