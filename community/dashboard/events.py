"""What happens to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event

NOBODY_YET = "the open pages of the staff are told in the change itself"


@dataclass(frozen=True)
class TaskCreated(Event):
    name: ClassVar[str] = "task.created"
    aggregate: ClassVar[str] = "task"
    record_only: ClassVar[str] = NOBODY_YET
    task_id: int
    community_id: int


@dataclass(frozen=True)
class TaskUpdated(Event):
    """A task was taken up, or opened again."""

    name: ClassVar[str] = "task.updated"
    aggregate: ClassVar[str] = "task"
    record_only: ClassVar[str] = NOBODY_YET
    task_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class TaskCompleted(Event):
    name: ClassVar[str] = "task.completed"
    aggregate: ClassVar[str] = "task"
    record_only: ClassVar[str] = NOBODY_YET
    task_id: int
    community_id: int
    actor_user_id: int | None = None


@dataclass(frozen=True)
class TaskDismissed(Event):
    name: ClassVar[str] = "task.dismissed"
    aggregate: ClassVar[str] = "task"
    record_only: ClassVar[str] = NOBODY_YET
    task_id: int
    community_id: int
    actor_user_id: int | None = None
