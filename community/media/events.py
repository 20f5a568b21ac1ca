"""What happens to uploads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from community.core.outbox import Event


@dataclass(frozen=True)
class MediaUploaded(Event):
    """A file was taken in; nobody sees it before it is made anew."""

    name: ClassVar[str] = "media.uploaded"
    aggregate: ClassVar[str] = "media"
    media_id: int
    community_id: int | None = None
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MediaProcessed(Event):
    """The variants are there, and what the picture belongs to shows it."""

    name: ClassVar[str] = "media.processed"
    aggregate: ClassVar[str] = "media"
    media_id: int
    key: str
    attached_to: str | None
    community_id: int | None = None
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MediaFailed(Event):
    """No picture could be made of the file; the row says why."""

    name: ClassVar[str] = "media.failed"
    aggregate: ClassVar[str] = "media"
    media_id: int
    key: str
    community_id: int | None = None
    actor_user_id: int | None = None


@dataclass(frozen=True)
class MediaDeleted(Event):
    """A file is gone from the tables; its bytes were given back, its files have to follow."""

    name: ClassVar[str] = "media.deleted"
    aggregate: ClassVar[str] = "media"
    media_id: int
    key: str
    attached_to: str | None
    community_id: int | None = None
    actor_user_id: int | None = None
