"""Reading uploads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, literal, or_, select

from community.accounts.models import Profile
from community.communities.models import Community, CommunityEmoji, Space
from community.core.clock import now
from community.core.errors import NotFound
from community.core.ids import hue_index
from community.core.pictures import Panel
from community.core.text import initials
from community.core.viewer import Viewer, for_community
from community.extensions import db
from community.media import owners, policies
from community.media.models import MediaFile
from community.media.owners import Slot

KEPT_LOOSE = dt.timedelta(hours=24)
PATIENCE = dt.timedelta(minutes=10)
"""After this long nobody works on an upload any more."""
SHAPES = {("user", "avatar"): "round", ("community", "avatar"): "square", ("emoji", "picture"): "emoji"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload nothing was made of yet."""

    key: str
    purpose: str


def visible_variant(key: str, variant: str, viewer: Viewer | None) -> bool:
    """Whether the finished picture is public. Raises `NotFound` where it does not exist, or not for this viewer.

    Without a viewer only public pictures exist: a first look, that costs no viewer. Pictures of people are as public as
    their names.
    """
    row = db.session.execute(
        select(MediaFile.attached_to, MediaFile.is_public, MediaFile.community_id, MediaFile.variants.has_key(variant),
               Community.visibility, Community.status)
        .outerjoin(Community, and_(Community.id == MediaFile.community_id, Community.deleted_at.is_(None)))
        .where(MediaFile.storage_key == key, MediaFile.processed_at.is_not(None))).first()
    if row is None or not row[3]:
        raise NotFound
    kind, _, number = (row.attached_to or "").partition(":")
    is_open = row.visibility is not None and row.visibility != "HIDDEN" and row.status != "DELETED"
    if row.is_public or (is_open and kind in ("community", "emoji")):
        return True
    if viewer is None or row.community_id is None or not kind:
        raise NotFound
    if not policies.can_see(for_community(viewer, row.community_id), kind, int(number)):
        raise NotFound
    return False


def waiting(media_id: int) -> Waiting | None:
    """What is to be decoded, if that is still to be done."""
    row = db.session.execute(select(MediaFile.storage_key, MediaFile.purpose).where(
        MediaFile.id == media_id, MediaFile.processed_at.is_(None), MediaFile.processing_error.is_(None))).first()
    return Waiting(row.storage_key, row.purpose) if row else None


def locked(media_id: int) -> MediaFile | None:
    """An upload under a row lock, with all that was sent for the same place; None where it is gone.

    Whoever changes uploads locks those of the place in the order of their ids, and a community after them.
    """
    found = db.session.execute(
        select(MediaFile.attached_to, MediaFile.purpose).where(MediaFile.id == media_id)).first()
    if found is None:
        return None
    same = and_(MediaFile.attached_to == found.attached_to, MediaFile.purpose == found.purpose)
    rows = db.session.scalars(select(MediaFile).where(or_(MediaFile.id == media_id, same)).order_by(MediaFile.id)
                              .with_for_update().execution_options(populate_existing=True)).all()
    return next((row for row in rows if row.id == media_id), None)


def uploads_to(slot: Slot) -> Sequence[MediaFile]:
    """Everything that was sent for a place and is still there, locked, oldest first."""
    return db.session.scalars(
        select(MediaFile).where(MediaFile.attached_to == slot.attached_to, MediaFile.purpose == slot.purpose.name)
        .order_by(MediaFile.id).with_for_update().execution_options(populate_existing=True)).all()


def files_left(keys: Sequence[str]) -> dict[str, bool]:
    """Of these keys, those that have a row, and whether that has variants; the files of all others may go."""
    rows = db.session.execute(select(MediaFile.storage_key, MediaFile.processed_at, MediaFile.processing_error)
                              .where(MediaFile.storage_key.in_(keys)))
    return {row.storage_key: row.processed_at is not None for row in rows if row.processing_error is None}


def stuck() -> Sequence[MediaFile]:
    """Uploads nobody works on any more, locked."""
    return db.session.scalars(
        select(MediaFile).where(MediaFile.processed_at.is_(None), MediaFile.processing_error.is_(None),
                                MediaFile.created_at < now() - PATIENCE)
        .limit(500).with_for_update(skip_locked=True)).all()


def loose() -> Sequence[MediaFile]:
    """Uploads of more than a day ago that nothing shows, locked."""
    nowhere = and_(MediaFile.purpose != "CONTENT", ~owners.is_shown(MediaFile.id))
    return db.session.scalars(
        select(MediaFile).where(MediaFile.created_at < now() - KEPT_LOOSE,
                                or_(MediaFile.attached_to.is_(None), nowhere))
        .order_by(MediaFile.id).limit(500).with_for_update(skip_locked=True)).all()


def emoji_id(community_id: int, code: str) -> int:
    """An emoji of a community. Raises `NotFound`."""
    found = db.session.scalar(select(CommunityEmoji.id).where(CommunityEmoji.community_id == community_id,
                                                              CommunityEmoji.code == code))
    if found is None:
        raise NotFound
    return found


def panels(kind: str, owner_id: int) -> Mapping[str, Panel]:
    """How the pictures of a person or place are, each with the last upload that is not shown yet."""
    name, hue, base = _owner(kind, owner_id)
    sent = db.session.execute(
        select(MediaFile.id, MediaFile.purpose, MediaFile.processed_at, MediaFile.processing_error, MediaFile.created_at,
               MediaFile.preview)
        .where(MediaFile.attached_to == f"{kind}:{owner_id}").order_by(MediaFile.id)).all()
    found = {}
    for slot in owners.slots(kind, owner_id):
        media_id, key = owners.shown(slot) or (None, "")
        last = next((row for row in reversed(sent) if row.purpose == slot.purpose.name), None)
        error = last.processing_error if last and last.id != media_id else None
        is_pending = last is not None and error is None and last.processed_at is None
        rules = slot.purpose
        found[slot.what] = Panel(
            id=f"picture-{kind}-{slot.what}" + (f"-{owner_id}" if kind == "emoji" else ""), label=rules.label,
            url=f"{base}/{slot.what}", shape=SHAPES.get((kind, slot.what), "wide"), key=key,
            initials=initials(name), hue_index=hue_index(hue), accept=",".join(rules.mimes), limit=rules.max_bytes,
            state="failed" if error else "pending" if is_pending else "ready", message=error or "",
            help=f"{rules.named}, up to {rules.size_named}.", can_remove=bool(key) and kind != "emoji",
            preview=next((row.preview for row in sent if row.id == media_id), ""))
    return found


def _owner(kind: str, owner_id: int) -> tuple[str, int, str]:
    """Name, number of the colour, and where the pictures are changed. Raises `NotFound`."""
    place = "/c/" + Community.slug
    statements: dict[str, Select[str, int, str]] = {
        "user": select(Profile.display_name, Profile.user_id, literal("/settings/profile")).where(Profile.user_id == owner_id),
        "community": select(Community.name, Community.hue, place + "/dashboard/settings").where(Community.id == owner_id),
        "space": select(Space.name, Space.id, place + "/s/" + Space.slug + "/settings")
        .join(Community, Community.id == Space.community_id).where(Space.id == owner_id),
        "emoji": select(CommunityEmoji.label, CommunityEmoji.id, place + "/dashboard/emoji/" + CommunityEmoji.code)
        .join(Community, Community.id == CommunityEmoji.community_id).where(CommunityEmoji.id == owner_id),
    }
    found = db.session.execute(statements[kind]).first()
    if found is None:
        raise NotFound
    name, number, base = found
    return name, number // 30 if kind == "community" else number, base


def own_pictures(user_id: int) -> Sequence[MediaFile]:
    """Every upload of a person to their own profile, locked."""
    return db.session.scalars(select(MediaFile).where(MediaFile.attached_to == f"user:{user_id}")
                              .order_by(MediaFile.id).with_for_update()).all()
