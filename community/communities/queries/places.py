"""Communities and their addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select, tuple_

from community.communities import policies, slugs
from community.communities.models import Community, CommunityEmoji, Space, Tag
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
    post_count: int
    url: str
    avatar: str


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


def directory(viewer: Viewer, *, limit: int, after: tuple[int, int] | None = None) -> Sequence[CommunityCard]:
    """Communities by size: one more than `limit`, behind the key (members, id) of the last one seen."""
    statement = (select(Community.id, Community.name, Community.slug, Community.hue, Community.description,
                        Community.visibility, Community.member_count, Community.post_count, Community.avatar)
                 .where(policies.visible_communities(viewer))
                 .order_by(Community.member_count.desc(), Community.id.desc()).limit(limit + 1))
    if after is not None:
        statement = statement.where(tuple_(Community.member_count, Community.id) < tuple_(*after))
    return [CommunityCard(**row._mapping, initials=initials(row.name), url=f"/c/{row.slug}/")
            for row in db.session.execute(statement)]


def is_slug_taken(slug: str) -> bool:
    return db.session.scalar(select(Community.id).where(Community.slug == slug)) is not None


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
