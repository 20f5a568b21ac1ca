"""Members, and who asks to become one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from community.accounts.models import Profile, User
from community.communities import policies
from community.communities.models import Community, Member, MemberCount, MemberPeriod, OwnershipOffer
from community.core.authz import require
from community.core.clock import now
from community.core.errors import NotFound
from community.core.ids import hue_index
from community.core.text import initials
from community.core.viewer import Viewer
from community.extensions import db


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
    joined_at: dt.datetime
    """When they joined, or asked to."""
    url: str
    avatar: str = ""
    nickname: str | None = None
    trust_level: str = "NEW"
    is_online: bool = False
    key: dt.datetime | int = 0
    """What the list is sorted by."""


def owned_count(user_id: int) -> int:
    """How many communities somebody owns."""
    statement = (select(func.count()).select_from(Member).join(Community, Community.id == Member.community_id)
                 .where(Member.user_id == user_id, Member.role == "OWNER", Member.status == "ACTIVE",
                        Community.deleted_at.is_(None)))
    return db.session.scalar(statement) or 0


@dataclass(frozen=True)
class MemberFilters:
    """What a list of members is narrowed to, and how it is sorted."""

    q: str = ""
    role: str = ""
    trust: str = ""
    online: bool = False
    sort: str = "active"
    """`active`, `joined` or `posts`, the latest or most first."""

    @property
    def is_plain(self) -> bool:
        return not (self.q or self.role or self.trust or self.online)

    def named(self) -> dict[str, object]:
        """For addresses and cursors."""
        named = {"q": self.q, "role": self.role, "trust": self.trust, "online": "1" if self.online else ""}
        return {name: value for name, value in named.items() if value}


MEMBER_SORTS = ("active", "joined", "posts")
SHOWS_ONLINE = func.coalesce(Profile.privacy["show_online"].as_boolean(), true())
ONLINE_WITHIN = dt.timedelta(minutes=10)
"""Somebody active within this time counts as online; activity is written every five minutes."""


def members(viewer: Viewer, filters: MemberFilters, *, limit: int,
            after: tuple[object, int] | None = None) -> Sequence[MemberRow]:
    """Active members, filtered and sorted: one more than `limit`, behind a key of the sort."""
    require(policies.can_see_members(viewer))
    place, posts = viewer.community, _posts_shown(viewer)
    key = {"active": func.coalesce(Member.last_active_at, Member.joined_at), "joined": Member.joined_at,
           "posts": posts}[filters.sort]
    statement = (_member_rows(posts).add_columns(key.label("key"))
                 .where(Member.community_id == (place.id if place else 0), Member.status == "ACTIVE")
                 .order_by(key.desc(), Member.id.desc()).limit(limit + 1))
    if filters.q:
        statement = statement.where(or_(Profile.display_name.icontains(filters.q, autoescape=True),
                                        User.username.istartswith(filters.q.removeprefix("@"), autoescape=True)))
    if filters.role:
        statement = statement.where(Member.role == filters.role)
    if filters.trust:
        statement = statement.where(Member.trust_level == filters.trust)
    if filters.online:
        statement = statement.where(Member.last_active_at > now() - ONLINE_WITHIN, SHOWS_ONLINE)
    if after is not None:
        statement = statement.where(tuple_(key, Member.id) < tuple_(*after))
    return [_as_row(row) for row in db.session.execute(statement)]


def staff(viewer: Viewer) -> Sequence[MemberRow]:
    """Owners, admins and moderators of the community at hand."""
    place = viewer.community
    statement = (_member_rows(_posts_shown(viewer))
                 .where(Member.community_id == (place.id if place else 0), Member.status == "ACTIVE",
                                      Member.role != "MEMBER").order_by(Member.id).limit(20))
    return [_as_row(row) for row in db.session.execute(statement)]


def _posts_shown(viewer: Viewer) -> ColumnElement[int]:
    """What a list says of a member: the posts every reader of the community reads, to the person alone all of them."""
    everywhere = [space.id for space in viewer.spaces if space.visibility == "PUBLIC"]
    counted = (select(func.coalesce(func.sum(MemberCount.post_count), 0))
               .where(MemberCount.community_id == Member.community_id, MemberCount.member_id == Member.id,
                      or_(MemberCount.space_id.is_(None), MemberCount.space_id.in_(everywhere)))
               .correlate(Member).scalar_subquery())
    return case((Member.user_id == (viewer.user_id or 0), Member.post_count), else_=counted)


def _member_rows(posts: ColumnElement[int] | InstrumentedAttribute[int] = Member.post_count) -> Select[*tuple[Any, ...]]:
    return (select(Member.id, Member.role, Member.title, Member.nickname, Member.trust_level, Member.last_active_at,
                   posts.label("post_count"), Member.joined_at, Member.updated_at,
                   User.id.label("user_id"), User.public_id, User.username, Profile.display_name, Profile.avatar,
                   SHOWS_ONLINE.label("show_online"))
            .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id))


def rows_of(member_ids: Sequence[int]) -> Sequence[MemberRow]:
    """These members as lists show them, whatever their status."""
    if not member_ids:
        return ()
    statement = _member_rows().where(Member.id.in_(member_ids)).order_by(Member.id)
    return [_as_row(row) for row in db.session.execute(statement)]


def _as_row(row: Any) -> MemberRow:  # noqa: ANN401 - a row of `_member_rows`
    return MemberRow(id=row.id, public_id=str(row.public_id), username=row.username, name=row.display_name,
                     initials=initials(row.display_name), hue_index=hue_index(row.user_id), role=row.role,
                     title=row.title, post_count=row.post_count,
                     joined_at=row.joined_at or row.updated_at, url=f"/u/{row.username}", avatar=row.avatar,
                     nickname=row.nickname, trust_level=row.trust_level,
                     is_online=bool(row.show_online and row.last_active_at and row.last_active_at > now() - ONLINE_WITHIN),
                     key=getattr(row, "key", 0))


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


def member_ids(viewer: Viewer) -> Sequence[int]:
    """The viewer's own membership rows, in every community."""
    if viewer.user is None:
        return []
    return db.session.scalars(select(Member.id).where(Member.user_id == viewer.user.id)).all()


def member_of(community_id: int, user_id: int, *, lock: bool = False) -> Member | None:
    statement = select(Member).where(Member.community_id == community_id, Member.user_id == user_id)
    return db.session.scalars(_locked(statement) if lock else statement).first()


def member_here(community_id: int, member_id: int, *, lock: bool = False) -> Member:
    """A membership of this community by its id. Raises `NotFound`."""
    statement = select(Member).where(Member.community_id == community_id, Member.id == member_id)
    found = db.session.scalars(_locked(statement) if lock else statement).first()
    if found is None:
        raise NotFound
    return found


def _locked(statement: Select[Member]) -> Select[Member]:
    """The row as it is now, whatever this session held of it, until the transaction ends."""
    return statement.with_for_update().execution_options(populate_existing=True)


def open_period(member_id: int) -> MemberPeriod | None:
    statement = select(MemberPeriod).where(MemberPeriod.member_id == member_id, MemberPeriod.ended_at.is_(None))
    return db.session.scalars(statement).first()


def owners_left(community_id: int, *, without: int) -> int:
    """How many other active owners a community has; locks them, so that two owners cannot leave at once."""
    statement = (select(Member.id).where(Member.community_id == community_id, Member.role == "OWNER",
                                         Member.status == "ACTIVE").order_by(Member.id).with_for_update())
    return sum(1 for member_id in db.session.scalars(statement) if member_id != without)


def open_offer(community_id: int, *, lock: bool = False) -> OwnershipOffer | None:
    """The offer of the community that waits for an answer."""
    statement = select(OwnershipOffer).where(
        OwnershipOffer.community_id == community_id, OwnershipOffer.settled_at.is_(None))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(statement).first()


def find_member(viewer: Viewer, username: str) -> Member:
    """An active member of the community at hand by username. Raises `NotFound`."""
    place = viewer.community
    found = db.session.scalars(select(Member).join(User, User.id == Member.user_id).where(
        Member.community_id == (place.id if place else 0), Member.status == "ACTIVE",
        func.lower(User.username) == username.lower().removeprefix("@"))).first()
    if found is None:
        raise NotFound
    return found


def member_user_ids(community_id: int) -> Sequence[int]:
    """The accounts of everybody with a membership of any state."""
    return db.session.scalars(select(Member.user_id).where(Member.community_id == community_id)).all()
