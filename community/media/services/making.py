"""What becomes of an upload once it was decoded: the job's part."""

from __future__ import annotations

from community.accounts.events import UserProfileUpdated
from community.communities.queries import slug_of_community
from community.core.clock import now
from community.core.errors import StorageFull
from community.core.outbox import record
from community.media import owners, queries
from community.media.decoding import Decoded
from community.media.events import MediaFailed, MediaProcessed
from community.media.models import MediaFile
from community.media.owners import Slot
from community.media.services.storing import delete_row, forget_owner, give_back, take_space

NO_ANSWER = "Something went wrong while we prepared this picture. Please try again, or choose another one."


def finish_picture(media_id: int, made: Decoded) -> None:
    """The variants are kept: show the picture where it belongs, in the place of the one before.

    Safe to repeat. An upload that was removed or overtaken meanwhile is not shown.
    """
    row = queries.locked(media_id)
    if row is None or row.processed_at is not None or row.processing_error is not None:
        return
    try:
        take_space(row.community_id, max(0, made.size - row.size))
    except StorageFull as error:
        _fail(row, str(error))
        return
    give_back(row.community_id, max(0, row.size - made.size))
    row.size, row.width, row.height, row.preview = made.size, made.width, made.height, made.preview
    row.variants, row.processed_at = dict(made.variants), now()
    slot = owners.slot_of(row.attached_to, row.purpose, row.community_id)
    if slot is None or _put_in_place(row, slot):
        record(MediaProcessed(media_id=row.id, key=row.storage_key, attached_to=row.attached_to,
                              community_id=row.community_id, actor_user_id=row.user_id))


def fail_picture(media_id: int, reason: str) -> None:
    """Nothing could be made of an upload: say why where it was sent. Safe to repeat."""
    row = queries.locked(media_id)
    if row is not None and row.processed_at is None and row.processing_error is None:
        _fail(row, reason)


def fail_stuck() -> int:
    """Give up on uploads nobody works on any more; returns how many."""
    rows = queries.stuck()
    for row in rows:
        _fail(row, NO_ANSWER)
    return len(rows)


def clear_loose() -> int:
    """Remove uploads that nothing has shown for a day; returns how many."""
    rows = queries.loose()
    for row in rows:
        delete_row(row)
    return len(rows)


def remove_own(user_id: int) -> int:
    """Remove the pictures of somebody who left the site, those of places left out; returns how many. Safe to repeat."""
    rows = queries.own_pictures(user_id)
    for row in rows:
        delete_row(row)
    return len(rows)


def tell_owner(slot: Slot) -> None:
    """What shows the picture of a place is told that it changed."""
    if slot.kind == "user":
        record(UserProfileUpdated(user_id=slot.owner_id, actor_user_id=slot.owner_id))
    slug = slug_of_community(slot.community_id) if slot.community_id is not None else None
    forget_owner(slot.attached_to, slug)


def _put_in_place(row: MediaFile, slot: Slot) -> bool:
    """Show a finished picture; False where its place is gone, or has a newer one."""
    shown = owners.shown(slot, lock=True)
    if shown is None or (shown[0] or 0) > row.id:
        delete_row(row)
        return False
    owners.show(slot, row.id, row.storage_key)
    for other in queries.uploads_to(slot):
        if other.id < row.id:
            delete_row(other)
    tell_owner(slot)
    return True


def _fail(row: MediaFile, reason: str) -> None:
    give_back(row.community_id, row.size)
    row.size, row.processing_error = 0, reason[:200]
    record(MediaFailed(media_id=row.id, key=row.storage_key, community_id=row.community_id, actor_user_id=row.user_id))
