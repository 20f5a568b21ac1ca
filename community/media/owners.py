"""What a picture can belong to, and where that keeps which one it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community.accounts.models import Profile
from community.communities.models import Community, CommunityEmoji, Space
from community.extensions import db
from community.media.models import MediaFile
from community.media.purposes import AVATAR, BANNER, EMOJI, Purpose

Column = InstrumentedAttribute[Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one picture: the avatar of this person, the banner of that space."""

    kind: str
    """user, community, space or emoji."""
    owner_id: int
    what: str
    """Its name in addresses: avatar, banner or picture."""
    purpose: Purpose
    community_id: int | None = None

    @property
    def attached_to(self) -> str:
        return f"{self.kind}:{self.owner_id}"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where an owner keeps a picture: by which column the owner is found, the media's id, the key in addresses."""

    id: Column
    media_id: Column
    key: Column


PURPOSES = {"avatar": AVATAR, "banner": BANNER, "picture": EMOJI}
COLUMNS = {
    ("user", "avatar"): _Columns(Profile.user_id, Profile.avatar_media_id, Profile.avatar),
    ("user", "banner"): _Columns(Profile.user_id, Profile.banner_media_id, Profile.banner),
    ("community", "avatar"): _Columns(Community.id, Community.avatar_media_id, Community.avatar),
    ("community", "banner"): _Columns(Community.id, Community.banner_media_id, Community.banner),
    ("space", "banner"): _Columns(Space.id, Space.banner_media_id, Space.banner),
    ("emoji", "picture"): _Columns(CommunityEmoji.id, CommunityEmoji.media_id, CommunityEmoji.image),
}


def slot(kind: str, owner_id: int, what: str, *, community_id: int | None = None) -> Slot:
    """The place of a picture. Raises KeyError for what has none."""
    if (kind, what) not in COLUMNS:
        raise KeyError(f"a {kind} has no {what}")
    return Slot(kind, owner_id, what, PURPOSES[what], community_id)


def slots(kind: str, owner_id: int) -> list[Slot]:
    """Every place for a picture a thing of this kind has."""
    return [slot(kind, owner_id, what) for owner, what in COLUMNS if owner == kind]


def slot_of(attached_to: str | None, purpose: str, community_id: int | None) -> Slot | None:
    """The place a row of media belongs to; None for a file that stands in no place of its own."""
    kind, _, number = (attached_to or "").partition(":")
    for owner, what in COLUMNS:
        if owner == kind and PURPOSES[what].name == purpose:
            return slot(kind, int(number), what, community_id=community_id)
    return None


def shown(slot: Slot, *, lock: bool = False) -> tuple[int | None, str] | None:
    """Id and key of the picture in a place, (None, "") for none; None where the owner is gone."""
    columns = COLUMNS[slot.kind, slot.what]
    statement = select(columns.media_id, columns.key).where(columns.id == slot.owner_id)
    row = db.session.execute(statement.with_for_update(key_share=True) if lock else statement).first()
    return (row[0], row[1]) if row is not None else None


def show(slot: Slot, media_id: int | None, key: str) -> None:
    """Put a picture into its place, or take it away; an emoji with a picture has no glyph."""
    columns = COLUMNS[slot.kind, slot.what]
    values: dict[Any, Any] = {columns.media_id: media_id, columns.key: key}
    if slot.kind == "emoji":
        values[CommunityEmoji.glyph] = ""
    db.session.execute(update(columns.id.class_).where(columns.id == slot.owner_id).values(values))


def is_shown(media_id: Column) -> ColumnElement[bool]:
    """Whether any place shows this picture."""
    places = [aliased(columns.id.class_) for columns in COLUMNS.values()]
    keeps = [getattr(place, columns.media_id.key) for place, columns in zip(places, COLUMNS.values(), strict=True)]
    return or_(*(select(kept).where(kept == media_id).correlate(MediaFile).exists() for kept in keeps))
