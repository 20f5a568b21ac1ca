"""The reactions a community offers: adding, renaming, ordering, retiring."""

from __future__ import annotations

from sqlalchemy import select

from community.communities import policies
from community.communities.events import EmojiChanged
from community.communities.models import Community, CommunityEmoji
from community.communities.services.rows import here
from community.core import cache
from community.core.audit import audit
from community.core.authz import require
from community.core.errors import Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

MOST_EMOJI = 50


def add_emoji(*, by: Viewer, code: str, label: str, glyph: str, counts_as_like: bool = False) -> CommunityEmoji:
    """Offer another reaction, behind the others. Whether it counts as a like is decided now, before anybody gives it.

    Raises `Invalid` for a code that is taken, and where there are too many.
    """
    require(policies.can_edit_taxonomy(by))
    rows = _locked(by)
    if len(rows) >= MOST_EMOJI:
        raise Invalid(fields={"code": f"A community has at most {MOST_EMOJI} reactions."})
    if any(row.code == code for row in rows):
        raise Invalid(fields={"code": "There is a reaction with this code."})
    if any(row.glyph == glyph for row in rows):
        raise Invalid(fields={"glyph": "There is a reaction with this emoji."})
    made = CommunityEmoji(community_id=here(by).id, code=code, label=label, glyph=glyph, counts_as_like=counts_as_like,
                          sort_order=max((row.sort_order for row in rows), default=0) + 1)
    db.session.add(made)
    _changed(by, "emoji.added", made)
    return made


def change_emoji(number: int, *, by: Viewer, label: str, is_active: bool) -> None:
    """Call a reaction something else, or retire it: what was given stays readable, and nobody gives it any more."""
    require(policies.can_edit_taxonomy(by))
    row = next((row for row in _locked(by) if row.id == number), None)
    if row is None:
        raise NotFound
    row.label, row.is_active = label, is_active
    _changed(by, "emoji.changed", row)


def move_emoji(number: int, step: int, *, by: Viewer) -> None:
    """Move a reaction up (-1) or down (1) by one place."""
    require(policies.can_edit_taxonomy(by))
    rows = sorted(_locked(by), key=lambda row: (row.sort_order, row.id))
    at = next((index for index, row in enumerate(rows) if row.id == number), None)
    if at is None:
        raise NotFound
    rows.insert(min(max(at + step, 0), len(rows) - 1), rows.pop(at))
    for index, row in enumerate(rows):
        row.sort_order = index
    _changed(by, "emoji.moved", rows[0])


def _locked(by: Viewer) -> list[CommunityEmoji]:
    """All of them; one at a time changes those of a community."""
    place = here(by)
    db.session.execute(select(Community.id).where(Community.id == place.id).with_for_update(key_share=True))
    return list(db.session.scalars(select(CommunityEmoji).where(CommunityEmoji.community_id == place.id)
                                   .execution_options(populate_existing=True)))


def _changed(by: Viewer, action: str, row: CommunityEmoji) -> None:
    db.session.flush()
    place = here(by)
    audit("UPDATE", action, ("emoji", row.id), by=by, community_id=place.id, after={"code": row.code, "is_active": row.is_active})
    record(EmojiChanged(community_id=place.id, actor_user_id=by.user_id))
    cache.raise_later(f"c:{place.slug}")
