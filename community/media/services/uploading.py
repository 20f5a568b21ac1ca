"""Taking pictures in, and taking them away."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from community.adapters.storage import Storage, storage
from community.core.authz import require
from community.core.clock import now
from community.core.crypto import beside_the_loop
from community.core.errors import Conflict, StorageFull, TooLarge, WrongType
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db
from community.media import headers, owners, policies, queries
from community.media.events import MediaUploaded
from community.media.headers import Header
from community.media.models import MediaFile
from community.media.owners import Slot
from community.media.purposes import MOST_PIXELS, Purpose
from community.media.services.making import tell_owner
from community.media.services.storing import UPLOAD, delete_row, new_key, path_of, take_space


def upload_picture(slot: Slot, content: bytes, *, by: Viewer) -> MediaFile:
    """Take in a picture for a place. What the place shows stays until the new one is made.

    The file is written before the row that names it: a process that dies in between leaves a file without a row, which a
    job removes. Raises `WrongType`, `TooLarge`, and `StorageFull`, after which what was recorded has to be kept.
    """
    require(policies.can_change_picture(by, slot))
    header = examined(content, slot.purpose)
    key, files = new_key(), storage()
    sha256 = beside_the_loop(lambda: _keep(files, path_of(key, UPLOAD), content))
    before = queries.uploads_to(slot)
    try:
        take_space(slot.community_id, len(content))
    except StorageFull:
        beside_the_loop(lambda: files.remove([path_of(key, UPLOAD)]))
        raise
    _supersede(before, slot)
    row = MediaFile(
        community_id=slot.community_id, user_id=by.user_id, purpose=slot.purpose.name, mime=f"image/{header.format}",
        size=len(content), storage_key=key, sha256=sha256, width=header.width, height=header.height,
        is_public=slot.kind == "user", attached_to=slot.attached_to, created_at=now())
    db.session.add(row)
    db.session.flush()
    record(MediaUploaded(media_id=row.id, community_id=slot.community_id, actor_user_id=by.user_id))
    return row


def remove_picture(slot: Slot, *, by: Viewer) -> None:
    """Take the picture of a place away, and uploads that were to replace it."""
    require(policies.can_change_picture(by, slot))
    if slot.kind == "emoji":
        raise Conflict("An emoji needs a picture or a character. Choose another picture, or delete the emoji.")
    sent = queries.uploads_to(slot)
    owners.show(slot, None, "")
    for row in sent:
        delete_row(row)
    tell_owner(slot)


def examined(content: bytes, purpose: Purpose) -> Header:
    """The header of a file that may become a picture of this purpose. Raises `WrongType` and `TooLarge`."""
    if len(content) > purpose.max_bytes:
        raise TooLarge(f"This file is too large. Choose one of up to {purpose.size_named}.")
    header = headers.read(content)
    if header is None or header.format not in purpose.formats:
        raise WrongType(f"We cannot use this file. Choose a picture in {purpose.named}.")
    if header.pixels > MOST_PIXELS:
        raise TooLarge(f"This picture has {header.width:,} × {header.height:,} pixels. "
                       f"Choose one of up to {MOST_PIXELS // 1_000_000} megapixels.")
    return header


def _keep(files: Storage, path: str, content: bytes) -> bytes:
    files.write(path, content)
    return hashlib.sha256(content).digest()


def _supersede(sent: Sequence[MediaFile], slot: Slot) -> None:
    """Uploads for the same place that are not shown, because they wait or failed, are of no use any more."""
    shown = owners.shown(slot)
    for row in sent:
        if shown is None or row.id != shown[0]:
            delete_row(row)
