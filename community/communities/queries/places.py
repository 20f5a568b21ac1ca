"""Communities and their addresses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_

from community.communities import policies, slugs
from community.communities.models import Community, CommunityEmoji, SlugRedirect, Space, Tag
from community.core.authz import require
from community.core.errors import NotFound
from community.core.text import initials
from community.core.viewer import Emoji, Viewer, current
from community.extensions import db

DEFAULT_EMOJI = (
    ("like", "Like", "👍", True), ("love", "Love", "❤️", False), ("fire", "Fire", "🔥", False),
    ("sparkle", "Sparkle", "✨", False), ("mind_blown", "Mind blown", "🤯", False), ("laugh", "Laugh", "😂", False),
    ("cry", "Cry", "😢", False), ("angry", "Angry", "😠", False),
)


@dataclass(frozen=True)
class CommunityCard:
    """A community as the directory shows one."""

    id: int
    name: str
    slug: str
    initials: str
    hue: int
    description: str
    visibility: str
    member_count: int
    post_count: int | None
    """Of the posts the viewer reads; None where they read none at all."""
    url: str
    avatar: str
    key: dt.datetime | int = 0
    """What the list is sorted by."""


def get_community(community_id: int) -> Community:
    """The community itself, for the domain's own services. Raises `NotFound`."""
    found = db.session.get(Community, community_id)
    if found is None or found.deleted_at is not None:
        raise NotFound
    return found


def slug_of_community(community_id: int) -> str:
    """The slug in the addresses of a community; of the one at hand it costs no statement."""
    viewer = current()
    if viewer is not None and viewer.community is not None and viewer.community.id == community_id:
        return viewer.community.slug
    return db.session.execute(select(Community.slug).where(Community.id == community_id)).scalar_one()


def at_hand(viewer: Viewer) -> Community:
    """The whole row of the community at hand. Raises `NotFound` for who may not know of it."""
    if viewer.community is None or not policies.can_know_community(viewer):
        raise NotFound
    return get_community(viewer.community.id)


def about(viewer: Viewer) -> tuple[Community, int | None]:
    """The whole row of the community at hand, and how many posts the viewer reads there (None: they read none at all).

    Raises `NotFound` for who may not know of it.
    """
    place = viewer.community
    if place is None or not policies.can_know_community(viewer):
        raise NotFound
    row = db.session.execute(select(Community, readable_post_count(viewer)).where(Community.id == place.id)).one()
    return row[0], row[1]


def readable_post_count(viewer: Viewer) -> ColumnElement[int | None]:
    """How many posts of a community the viewer reads: no number moves by what happens where they do not look."""
    closed = (select(func.coalesce(func.sum(case((policies.visible_spaces(viewer), 0), else_=Space.post_count)), 0))
              .where(Space.community_id == Community.id, Space.deleted_at.is_(None)).correlate(Community).scalar_subquery())
    return case((policies.readable_communities(viewer), Community.post_count - closed), else_=None)


DIRECTORY_SORTS = {"members": Community.member_count,
                   "activity": func.coalesce(Community.last_activity_at, Community.created_at)}


def directory(viewer: Viewer, *, limit: int, after: tuple[object, int] | None = None, sort: str = "members",
              q: str = "") -> Sequence[CommunityCard]:
    """Communities by size or by latest activity, searched by name and description: one more than `limit`."""
    key = DIRECTORY_SORTS[sort]
    statement: Any = (select(Community.id, Community.name, Community.slug, Community.hue, Community.description,
                        Community.visibility, Community.member_count, readable_post_count(viewer).label("post_count"),
                        Community.avatar, key.label("key"))
                 .where(policies.visible_communities(viewer)).order_by(key.desc(), Community.id.desc()).limit(limit + 1))
    if q:
        statement = statement.where(or_(Community.name.icontains(q, autoescape=True),
                                        Community.description.icontains(q, autoescape=True)))
    if after is not None:
        statement = statement.where(tuple_(key, Community.id) < tuple_(*after))
    return [CommunityCard(**row._mapping, initials=initials(row.name), url=f"/c/{row.slug}/")
            for row in db.session.execute(statement)]


def is_slug_taken(slug: str, *, apart_from: int | None = None) -> bool:
    """Whether a community has this address, or had it; `apart_from` does not count."""
    has = select(Community.id).where(Community.slug == slug, Community.id != (apart_from or 0))
    had = select(SlugRedirect.id).where(SlugRedirect.kind == "COMMUNITY", SlugRedirect.old_slug == slug,
                                        SlugRedirect.target_id != (apart_from or 0))
    return db.session.scalar(has) is not None or db.session.scalar(had) is not None


def present_slug(old_slug: str) -> str | None:
    """The address of the community that had this one before."""
    return db.session.scalar(
        select(Community.slug).join(SlugRedirect, SlugRedirect.target_id == Community.id)
        .where(SlugRedirect.kind == "COMMUNITY", SlugRedirect.old_slug == old_slug, Community.deleted_at.is_(None)))


def public_post_count(community_id: int) -> int:
    """How many posts everybody would read if the community were public."""
    return db.session.scalar(select(func.coalesce(func.sum(Space.post_count), 0)).where(
        Space.community_id == community_id, Space.visibility == "PUBLIC", Space.deleted_at.is_(None))) or 0


def is_space_slug_taken(community_id: int, slug: str) -> bool:
    where = (Space.community_id == community_id, Space.slug == slug, Space.deleted_at.is_(None))
    return db.session.scalar(select(Space.id).where(*where)) is not None


def free_slug(name: str, *, within: int | None = None) -> str:
    """An address made of a name that no community (no space `within` one) has; empty where a name has no letters."""
    wanted = slugs.suggestion_for(name)
    if not wanted:
        return ""
    column = Community.slug if within is None else Space.slug
    statement = select(column).where(column.startswith(wanted[:slugs.MAX - 4].rstrip("-"), autoescape=True))
    if within is not None:
        statement = statement.where(Space.community_id == within)
    return slugs.unused(wanted, set(db.session.scalars(statement)))


def emoji_of(community_id: int) -> Sequence[CommunityEmoji]:
    """The reactions of a community, in order, retired ones too; one whose first picture is not made yet is left out."""
    statement = (select(CommunityEmoji)
                 .where(CommunityEmoji.community_id == community_id,
                        or_(CommunityEmoji.glyph != "", CommunityEmoji.image != ""))
                 .order_by(CommunityEmoji.sort_order, CommunityEmoji.id))
    return db.session.scalars(statement).all()


def all_emoji(viewer: Viewer) -> Sequence[CommunityEmoji]:
    """All reactions of the community at hand, for its admins."""
    require(policies.can_edit_taxonomy(viewer))
    return db.session.scalars(select(CommunityEmoji).where(
        CommunityEmoji.community_id == (viewer.community.id if viewer.community else 0))
        .order_by(CommunityEmoji.sort_order, CommunityEmoji.id)).all()


def default_emoji() -> tuple[Emoji, ...]:
    """The reactions every community starts with: what pages across communities show."""
    return tuple(Emoji(*one) for one in DEFAULT_EMOJI)


def tags_named(community_id: int, names: Sequence[str]) -> Sequence[Tag]:
    """Existing tags by name, whatever the case."""
    lowered = [name.lower() for name in names]
    statement = select(Tag).where(Tag.community_id == community_id, func.lower(Tag.name).in_(lowered))
    return db.session.scalars(statement).all()
