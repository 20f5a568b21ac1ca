"""Keys, paths, rows and bytes of uploads; what a community's storage takes."""

from __future__ import annotations

import secrets

from sqlalchemy import func, update

from community.communities.events import StorageThresholdReached
from community.communities.models import Community
from community.core import cache
from community.core.errors import StorageFull
from community.core.outbox import record
from community.extensions import db
from community.media.events import MediaDeleted
from community.media.models import MediaFile

UPLOAD = "upload"
"""Name of the file as it came in, which is never served and goes when the variants are there."""
RELIEVED, NEARLY, FULL = 85, 90, 100
"""Per cent of a storage: there is room again, it is nearly full, it is full."""


def new_key() -> str:
    """The random name of a picture, in storage and in addresses; its case does not matter to any file system."""
    return secrets.token_hex(16)


def path_of(key: str, name: str) -> str:
    """Where a file of a picture is kept. The first two letters keep folders small."""
    return f"{key[:2]}/{key}/{name}"


def take_space(community_id: int | None, size: int) -> None:
    """Add bytes to what a community uses, unless that is more than it may. Raises `StorageFull`.

    One guarded statement decides: of two uploads at once, the second sees what the first took. That a storage is nearly
    full is recorded when it becomes so; that it is full, when something was refused for it.
    """
    if community_id is None or size == 0:
        return
    row = db.session.execute(
        update(Community)
        .where(Community.id == community_id, Community.storage_used + size <= Community.storage_limit)
        .values(storage_used=Community.storage_used + size)
        .returning(Community.storage_used, Community.storage_limit)
        .execution_options(synchronize_session=False)).first()
    if row is None:
        record(StorageThresholdReached(community_id=community_id, percent=FULL))
        raise StorageFull
    if (row.storage_used - size) * 100 < row.storage_limit * NEARLY <= row.storage_used * 100:
        record(StorageThresholdReached(community_id=community_id, percent=NEARLY))


def give_back(community_id: int | None, size: int) -> None:
    """Take bytes off what a community uses; that there is room again is recorded when it becomes so."""
    if community_id is None or size == 0:
        return
    row = db.session.execute(
        update(Community).where(Community.id == community_id)
        .values(storage_used=func.greatest(Community.storage_used - size, 0))
        .returning(Community.storage_used, Community.storage_limit)
        .execution_options(synchronize_session=False)).first()
    if row is not None and row.storage_used * 100 < row.storage_limit * RELIEVED <= (row.storage_used + size) * 100:
        record(StorageThresholdReached(community_id=community_id, percent=RELIEVED))


def delete_row(row: MediaFile) -> None:
    """Remove an upload that nothing shows; its bytes return at once, its files follow."""
    give_back(row.community_id, row.size)
    record(MediaDeleted(media_id=row.id, key=row.storage_key, attached_to=row.attached_to, community_id=row.community_id))
    db.session.delete(row)
    db.session.flush()


def forget_owner(attached_to: str | None, community_slug: str | None) -> None:
    """What is cached of the person or place whose picture changed is old, once this is durable."""
    kind, _, number = (attached_to or "").partition(":")
    if kind == "user":
        cache.raise_later(f"u:{number}")
    elif community_slug is not None:
        cache.raise_later(f"c:{community_slug}")
