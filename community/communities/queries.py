"""Reading communities, members and spaces."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from community.accounts.models import Profile, User
from community.communities import policies, slugs
from community.communities.models import Community, CommunityEmoji, Member, MemberPeriod, Space, SpaceMember, Tag
from community.core.authz import require
from community.core.errors import NotFound
from community.core.ids import hue_index
from community.core.text import initials
from community.core.viewer import Emoji, Grant, Viewer, current
from community.extensions import db

DEFAULT_EMOJI = (
    ("like", "Like", "👍", True), ("love", "Love", "❤️", False), ("fire", "Fire", "🔥", False),
    ("sparkle", "Sparkle", "✨", False), ("mind_blown", "Mind blown", "🤯", False), ("laugh", "Laugh", "😂", False),
    ("cry", "Cry", "😢", False), ("angry", "Angry", "😠", False),
)


@dataclass(frozen=True)
class MemberRow:
    """A member as lists show one."""

    id: int
    public_id: str
    username: str
    name: str
    initials: str
    hue_index: int
    role: str
    title: str
    post_count: int
    comment_count: int
    joined_at: dt.datetime
    """When they joined, or asked to."""
    url: str


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
                        Community.visibility, Community.member_count, Community.post_count)
                 .where(policies.visible_communities(viewer))
                 .order_by(Community.member_count.desc(), Community.id.desc()).limit(limit + 1))
    if after is not None:
        statement = statement.where(tuple_(Community.member_count, Community.id) < tuple_(*after))
    return [CommunityCard(**row._mapping, initials=initials(row.name), url=f"/c/{row.slug}/")
            for row in db.session.execute(statement)]


def is_slug_taken(slug: str) -> bool:
    return db.session.scalar(select(Community.id).where(Community.slug == slug)) is not None


def is_space_slug_taken(community_id: int, slug: str) -> bool:
    where = (Space.community_id == community_id, Space.slug == slug)
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


def owned_count(user_id: int) -> int:
    """How many communities somebody owns."""
    statement = (select(func.count()).select_from(Member).join(Community, Community.id == Member.community_id)
                 .where(Member.user_id == user_id, Member.role == "OWNER", Member.status == "ACTIVE",
                        Community.deleted_at.is_(None)))
    return db.session.scalar(statement) or 0


def members(viewer: Viewer, *, limit: int, after: tuple[object, int] | None = None) -> Sequence[MemberRow]:
    """Active members by when they joined, latest first: one more than `limit`."""
    require(policies.can_see_members(viewer))
    place = viewer.community
    statement = (_member_rows().where(Member.community_id == (place.id if place else 0), Member.status == "ACTIVE")
                 .order_by(Member.joined_at.desc(), Member.id.desc()).limit(limit + 1))
    if after is not None:
        statement = statement.where(tuple_(Member.joined_at, Member.id) < tuple_(*after))
    return [_as_row(row) for row in db.session.execute(statement)]


def requests(viewer: Viewer) -> Sequence[MemberRow]:
    """Who asked to join and waits for an answer, longest first; nobody for those who may not answer."""
    if viewer.community is None or not policies.can_answer_requests(viewer):
        return ()
    statement = (_member_rows().where(Member.community_id == viewer.community.id, Member.status == "PENDING")
                 .order_by(Member.updated_at, Member.id).limit(50))
    return [_as_row(row) for row in db.session.execute(statement)]


def staff(viewer: Viewer) -> Sequence[MemberRow]:
    """Owners, admins and moderators of the community at hand."""
    place = viewer.community
    statement = (_member_rows().where(Member.community_id == (place.id if place else 0), Member.status == "ACTIVE",
                                      Member.role != "MEMBER").order_by(Member.id).limit(20))
    return [_as_row(row) for row in db.session.execute(statement)]


def _member_rows() -> Select[*tuple[Any, ...]]:
    return (select(Member.id, Member.role, Member.title, Member.post_count, Member.comment_count, Member.joined_at,
                   Member.updated_at,
                   User.id.label("user_id"), User.public_id, User.username, Profile.display_name)
            .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id))


def _as_row(row: Any) -> MemberRow:  # noqa: ANN401 - a row of `_member_rows`
    return MemberRow(id=row.id, public_id=str(row.public_id), username=row.username, name=row.display_name,
                     initials=initials(row.display_name), hue_index=hue_index(row.user_id), role=row.role,
                     title=row.title, post_count=row.post_count, comment_count=row.comment_count,
                     joined_at=row.joined_at or row.updated_at, url=f"/u/{row.username}")


def get_space(viewer: Viewer, slug: str) -> Grant:
    """A space the viewer may know of. Raises `NotFound`."""
    found = viewer.space_by_slug(slug)
    if found is None:
        raise NotFound
    return found


def readable_space_ids(viewer: Viewer, community_ids: Sequence[int]) -> Sequence[int]:
    """Spaces of several communities whose content the viewer reads."""
    statement = (select(Space.id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(community_ids), policies.visible_spaces(viewer)))
    return db.session.scalars(statement).all()


def joined_ids(viewer: Viewer) -> Sequence[int]:
    """Communities the viewer is a member of and reads; a guest gets the public ones."""
    if viewer.user is None:
        statement = (select(Community.id).where(policies.readable_communities(viewer))
                     .order_by(Community.member_count.desc()).limit(50))
    else:
        statement = (select(Community.id).join(Member, Member.community_id == Community.id)
                     .where(Member.user_id == viewer.user.id, Member.status.in_(policies.READING),
                            policies.readable_communities(viewer)))
    return db.session.scalars(statement).all()


def closed_spaces(viewer: Viewer) -> Sequence[uuid.UUID]:
    """Spaces of the viewer's communities that not every reader of these reads, by public id."""
    if viewer.user is None:
        return []
    mine = [home.id for home in viewer.communities]
    statement = (select(Space.public_id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(mine), Space.visibility != "PUBLIC", policies.visible_spaces(viewer)))
    return db.session.scalars(statement.limit(50)).all()


def member_ids(viewer: Viewer) -> Sequence[int]:
    """The viewer's own membership rows, in every community."""
    if viewer.user is None:
        return []
    return db.session.scalars(select(Member.id).where(Member.user_id == viewer.user.id)).all()


def emoji_of(community_id: int) -> Sequence[CommunityEmoji]:
    """The active reactions of a community, in order."""
    statement = (select(CommunityEmoji).where(CommunityEmoji.community_id == community_id, CommunityEmoji.is_active)
                 .order_by(CommunityEmoji.sort_order, CommunityEmoji.id))
    return db.session.scalars(statement).all()


def default_emoji() -> tuple[Emoji, ...]:
    """The reactions every community starts with: what pages across communities show."""
    return tuple(Emoji(*one) for one in DEFAULT_EMOJI)


def member_of(community_id: int, user_id: int, *, lock: bool = False) -> Member | None:
    statement = select(Member).where(Member.community_id == community_id, Member.user_id == user_id)
    return db.session.scalars(statement.with_for_update() if lock else statement).first()


def open_period(member_id: int) -> MemberPeriod | None:
    statement = select(MemberPeriod).where(MemberPeriod.member_id == member_id, MemberPeriod.ended_at.is_(None))
    return db.session.scalars(statement).first()


def space_member(space_id: int, member_id: int) -> SpaceMember | None:
    statement = select(SpaceMember).where(SpaceMember.space_id == space_id, SpaceMember.member_id == member_id)
    return db.session.scalars(statement.with_for_update()).first()


def owners_left(community_id: int, *, without: int) -> int:
    """How many other active owners a community has; locks them, so that two owners cannot leave at once."""
    statement = (select(Member.id).where(Member.community_id == community_id, Member.role == "OWNER",
                                         Member.status == "ACTIVE").order_by(Member.id).with_for_update())
    return sum(1 for member_id in db.session.scalars(statement) if member_id != without)


def tags_named(community_id: int, names: Sequence[str]) -> Sequence[Tag]:
    """Existing tags by name, whatever the case."""
    lowered = [name.lower() for name in names]
    statement = select(Tag).where(Tag.community_id == community_id, func.lower(Tag.name).in_(lowered))
    return db.session.scalars(statement).all()
