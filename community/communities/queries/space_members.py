"""Who is in a space, waits, was invited, muted or banned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.communities import policies
from community.communities.models import Member, SpaceMember
from community.core.authz import require
from community.core.clock import now
from community.core.errors import NotFound
from community.core.viewer import Grant, Viewer
from community.extensions import db

LISTS = ("members", "staff", "requests", "invited", "muted", "banned")
OPEN_LISTS = ("members", "staff")
"""What everybody who may see the members sees; the other lists are for the staff of the space."""


@dataclass(frozen=True)
class SpaceMemberRow:
    """Somebody in a space, as its lists show them. `number` is the membership in the community."""

    id: int
    number: int
    person: Person
    role: str
    community_role: str
    status: str
    contribution: int
    joined_at: dt.datetime | None
    muted_until: dt.datetime | None
    banned_until: dt.datetime | None
    ban_reason: str

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > now()

    @property
    def rank(self) -> int:
        """How high they stand in the space."""
        return policies.space_rank(self.role if self.status == "ACTIVE" else None, self.community_role)


def space_members(viewer: Viewer, space: Grant, *, show: str = "members", q: str = "", limit: int,
                  after: tuple[Any, int] | None = None) -> Sequence[SpaceMemberRow]:
    """One more than `limit` people of one of the `LISTS` of a space, latest first; `q` is a part of a name."""
    require(policies.can_see_space_members(viewer, space) if show in OPEN_LISTS
            else policies.can_moderate_space(viewer, space))
    statement = (_rows().where(SpaceMember.space_id == space.id, Member.status.in_(policies.READING), *_in_list(show))
                 .order_by(SpaceMember.id.desc()).limit(limit + 1))
    if q:
        statement = statement.where(or_(Profile.display_name.icontains(q, autoescape=True),
                                        User.username.icontains(q, autoescape=True)))
    if after is not None:
        statement = statement.where(SpaceMember.id < after[1])
    return [_as_row(row) for row in db.session.execute(statement)]


def waiting_counts(viewer: Viewer, space: Grant) -> dict[str, int]:
    """How many requests and invitations wait in a space, for its staff; nothing for others."""
    if not policies.can_moderate_space(viewer, space):
        return {}
    rows = db.session.execute(
        select(SpaceMember.status, func.count()).join(Member, Member.id == SpaceMember.member_id)
        .where(SpaceMember.space_id == space.id, SpaceMember.status.in_(("PENDING", "INVITED")),
               Member.status.in_(policies.READING)).group_by(SpaceMember.status))
    found: dict[str, int] = {row.status: row[1] for row in rows}
    return {"requests": found.get("PENDING", 0), "invited": found.get("INVITED", 0)}


def get_space_member(viewer: Viewer, space: Grant, number: int) -> SpaceMemberRow:
    """Somebody in a space, for its staff. Raises `NotFound` for who has nothing to do with it."""
    require(policies.can_moderate_space(viewer, space))
    row = db.session.execute(_rows().where(SpaceMember.space_id == space.id, Member.id == number)).first()
    if row is None:
        raise NotFound
    return _as_row(row)


def space_staff(space: Grant) -> Sequence[SpaceMemberRow]:
    """Who looks after a space, as its page says."""
    statement = _rows().where(SpaceMember.space_id == space.id, Member.status == "ACTIVE", *_in_list("staff"))
    return [_as_row(row) for row in db.session.execute(statement.order_by(SpaceMember.id).limit(8))]


def space_member(space_id: int, member_id: int) -> SpaceMember | None:
    """Somebody's row in a space, under its lock."""
    statement = select(SpaceMember).where(SpaceMember.space_id == space_id, SpaceMember.member_id == member_id)
    return db.session.scalars(statement.with_for_update().execution_options(populate_existing=True)).first()


def member_named(community_id: int, username: str) -> Member | None:
    """An active member of a community by username, whatever the case."""
    return db.session.scalars(select(Member).join(User, User.id == Member.user_id).where(
        Member.community_id == community_id, Member.status == "ACTIVE",
        func.lower(User.username) == username.lower().removeprefix("@"))).first()


def _in_list(show: str) -> list[ColumnElement[bool]]:
    active = SpaceMember.status == "ACTIVE"
    return {
        "members": [active],
        "staff": [active, SpaceMember.role != "MEMBER"],
        "requests": [SpaceMember.status == "PENDING"],
        "invited": [SpaceMember.status == "INVITED"],
        "muted": [SpaceMember.muted_until > now()],
        "banned": [SpaceMember.status == "BANNED",
                   or_(SpaceMember.banned_until.is_(None), SpaceMember.banned_until > now())],
    }[show]


def _rows() -> Select[*tuple[Any, ...]]:
    return (select(SpaceMember.id, SpaceMember.role, SpaceMember.status, SpaceMember.contribution, SpaceMember.joined_at,
                   SpaceMember.muted_until, SpaceMember.banned_until, SpaceMember.ban_reason,
                   Member.id.label("number"), Member.role.label("community_role"), *person_columns())
            .select_from(SpaceMember).join(Member, Member.id == SpaceMember.member_id)
            .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id))


def _as_row(row: Any) -> SpaceMemberRow:  # noqa: ANN401 - a row of `_rows`
    return SpaceMemberRow(
        id=row.id, number=row.number, person=person_of(row), role=row.role, community_role=row.community_role,
        status=row.status, contribution=row.contribution, joined_at=row.joined_at, muted_until=row.muted_until,
        banned_until=row.banned_until, ban_reason=row.ban_reason or "")
