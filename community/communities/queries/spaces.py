"""Spaces and who is in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.communities import policies
from community.communities.models import Community, SlugRedirect, Space, Tag
from community.core.authz import require
from community.core.errors import Moved, NotFound
from community.core.viewer import Grant, Viewer
from community.extensions import db


def get_space(viewer: Viewer, slug: str) -> Grant:
    """A space the viewer may know of. Raises `NotFound`, and `Moved` for the address one had before."""
    found = viewer.space_by_slug(slug)
    if found is None:
        raise _elsewhere(viewer, slug) or NotFound
    return found


def auto_joined_ids(community_id: int) -> frozenset[int]:
    """The spaces everybody is in who joins the community."""
    return frozenset(db.session.scalars(select(Space.id).where(
        Space.community_id == community_id, Space.auto_join, Space.deleted_at.is_(None))))


def readable_space_ids(viewer: Viewer, community_ids: Sequence[int]) -> Sequence[int]:
    """Spaces of several communities whose content the viewer reads."""
    statement = (select(Space.id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(community_ids), policies.visible_spaces(viewer)))
    return db.session.scalars(statement).all()


def closed_spaces(viewer: Viewer) -> Sequence[uuid.UUID]:
    """Spaces of the viewer's communities that not every reader of these reads, by public id."""
    if viewer.user is None:
        return []
    mine = [home.id for home in viewer.communities]
    statement = (select(Space.public_id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(mine), Space.visibility != "PUBLIC", policies.visible_spaces(viewer)))
    return db.session.scalars(statement.limit(50)).all()


def _elsewhere(viewer: Viewer, slug: str) -> Moved | None:
    if viewer.community is None:
        return None
    found = viewer.space(moved_to("SPACE", viewer.community.id, slug))
    base = f"{viewer.community.url}s/"
    return Moved(f"{base}{slug}", f"{base}{found.slug}") if found is not None else None


@dataclass(frozen=True)
class SpaceFacts:
    """What the page of a space says beside its posts."""

    member_count: int
    post_count: int
    rules_html: str
    guidelines: Sequence[str]
    tags: Sequence[tuple[str, str]]
    """Name and address, of those that exist."""


def space_facts(viewer: Viewer, space: Grant) -> SpaceFacts:
    """Rules, counts and related tags of a space the viewer knows; what is counted only for who reads it."""
    row = db.session.get_one(Space, space.id)
    place = viewer.community.url if viewer.community else "/"
    tags = db.session.execute(select(Tag.name, Tag.slug).where(
        Tag.community_id == row.community_id, func.lower(Tag.name).in_([name.lower() for name in row.tags]))) if row.tags else ()
    return SpaceFacts(
        member_count=row.member_count if space.readable else 0, post_count=row.post_count if space.readable else 0,
        rules_html=row.rules_html, guidelines=row.guidelines, tags=[(name, f"{place}tags/{slug}") for name, slug in tags])


def space_row(viewer: Viewer, space: Grant) -> Space:
    """The whole row of a space, for those who change it."""
    require(policies.can_edit_space(viewer, space))
    return db.session.get_one(Space, space.id)


def all_spaces(viewer: Viewer) -> Sequence[Space]:
    """The spaces of the community at hand in their order, for its admins."""
    require(policies.can_feature_space(viewer))
    return db.session.scalars(select(Space).where(
        Space.community_id == (viewer.community.id if viewer.community else 0), Space.deleted_at.is_(None))
        .order_by(Space.sort_order, Space.id)).all()


def count_spaces(community_id: int) -> int:
    """How many spaces a community has."""
    return db.session.scalar(select(func.count()).select_from(Space).where(
        Space.community_id == community_id, Space.deleted_at.is_(None))) or 0


def last_order(community_id: int) -> int:
    """The place of the last space in the list."""
    return db.session.scalar(select(func.max(Space.sort_order)).where(
        Space.community_id == community_id, Space.deleted_at.is_(None))) or 0


def moved_to(kind: str, community_id: int, old_slug: str) -> int | None:
    """The id of what had this address before."""
    return db.session.scalar(select(SlugRedirect.target_id).where(
        SlugRedirect.kind == kind, SlugRedirect.community_id == community_id, SlugRedirect.old_slug == old_slug))
