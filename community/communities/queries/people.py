"""Members, and who asks to become one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from community.accounts.models import Profile, User
from community.communities import policies
from community.communities.models import Community, Member, MemberPeriod
from community.core.authz import require
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
    comment_count: int
    joined_at: dt.datetime
    """When they joined, or asked to."""
    url: str
    avatar: str = ""


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
                   User.id.label("user_id"), User.public_id, User.username, Profile.display_name, Profile.avatar)
            .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id))


def _as_row(row: Any) -> MemberRow:  # noqa: ANN401 - a row of `_member_rows`
    return MemberRow(id=row.id, public_id=str(row.public_id), username=row.username, name=row.display_name,
                     initials=initials(row.display_name), hue_index=hue_index(row.user_id), role=row.role,
                     title=row.title, post_count=row.post_count, comment_count=row.comment_count,
                     joined_at=row.joined_at or row.updated_at, url=f"/u/{row.username}", avatar=row.avatar)


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
    return db.session.scalars(statement.with_for_update() if lock else statement).first()


def open_period(member_id: int) -> MemberPeriod | None:
    statement = select(MemberPeriod).where(MemberPeriod.member_id == member_id, MemberPeriod.ended_at.is_(None))
    return db.session.scalars(statement).first()


def owners_left(community_id: int, *, without: int) -> int:
    """How many other active owners a community has; locks them, so that two owners cannot leave at once."""
    statement = (select(Member.id).where(Member.community_id == community_id, Member.role == "OWNER",
                                         Member.status == "ACTIVE").order_by(Member.id).with_for_update())
    return sum(1 for member_id in db.session.scalars(statement) if member_id != without)
