"""Reading how people stand to each other: blocks, mutes and follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Select, and_, bindparam, func, literal, null, or_, select, tuple_
from sqlalchemy.orm import aliased

from community.accounts import policies
from community.accounts.models import Block, Follow, Mute, Profile, User
from community.accounts.people import Person, Ties, person_columns, person_of
from community.core.clock import now
from community.core.relations import Relation
from community.core.viewer import Viewer
from community.extensions import db

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Apart:
    """Somebody one keeps away, as the settings list them."""

    person: Person
    kind: str
    since: dt.datetime
    until: dt.datetime | None


@dataclass(frozen=True)
class Asking:
    """Somebody who asks to follow."""

    id: int
    person: Person
    since: dt.datetime


def relations_of(user_id: int | None) -> list[Relation]:
    """Whom somebody does not meet, without their memberships; expired mutes are left out."""
    if user_id is None:
        return []
    blocks = select(Block.blocked_id.label("user_id"), literal("BLOCKS").label("kind"), null().label("until")).where(
        Block.blocker_id == user_id)
    blocked = select(Block.blocker_id, literal("BLOCKED_BY"), null()).where(Block.blocked_id == user_id)
    mutes = select(Mute.muted_id, Mute.mute_type, Mute.expires_at).where(Mute.muter_id == user_id, policies.unexpired())
    return [Relation(user_id=row[0], kind=row[1], until=row[2])
            for row in db.session.execute(mutes.union_all(blocks, blocked))]


def who_keep_apart(user_id: int) -> Sequence[int]:
    """Everybody whose pages depend on where this person is: those who block, mute or are blocked by them."""
    return db.session.scalars(
        select(Block.blocker_id).where(Block.blocked_id == user_id)
        .union(select(Block.blocked_id).where(Block.blocker_id == user_id),
               select(Mute.muter_id).where(Mute.muted_id == user_id))).all()


def hidden_public_ids(user_id: int) -> frozenset[str]:
    """Public ids of the people whose messages a user does not get."""
    statement = select(User.public_id).where(User.id.in_(policies.hidden_from(user_id, "thread")))
    return frozenset(str(public_id) for public_id in db.session.scalars(statement))


def silenced(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Those of these (recipient, actor) pairs in which the recipient is not told what the actor did."""
    if not pairs:
        return set()
    told, acting = tuple_(Block.blocker_id, Block.blocked_id), tuple_(Block.blocked_id, Block.blocker_id)
    rows = db.session.execute(
        select(Block.blocker_id, Block.blocked_id).where(told.in_(pairs))
        .union_all(select(Block.blocked_id, Block.blocker_id).where(acting.in_(pairs)),
                   select(Mute.muter_id, Mute.muted_id).where(
                       tuple_(Mute.muter_id, Mute.muted_id).in_(pairs), Mute.mute_type == "MUTE", policies.unexpired())))
    return {(row[0], row[1]) for row in rows}


def ties(viewer: Viewer, user_id: int) -> Ties:
    """How the viewer stands to one person, in one statement."""
    if viewer.user_id is None or viewer.user_id == user_id:
        return Ties()
    statement = _ties_statement().add_columns(policies.shares_community(viewer, User.id).label("shares"))
    row = db.session.execute(statement, {"me": viewer.user_id, "who": user_id, "at": now()}).one()
    return Ties(follow=row.status or "", notify_new_posts=row.notify_new_posts is not False,
                follows_me=row.back == "ACTIVE", asks_me=row.back == "PENDING", blocks=row.blocks is not None,
                blocked_by=row.blocked is not None, mute=row.mute_type or "", mute_until=row.expires_at,
                shares=bool(row.shares))


@cache
def _ties_statement() -> Select[*tuple[Any, ...]]:
    """Built once a process: the aliases cost more than the answer."""
    me, at = bindparam("me", type_=BigInteger), bindparam("at", type_=DateTime(timezone=True))
    follow, back, mute, blocks, blocked = aliased(Follow), aliased(Follow), aliased(Mute), aliased(Block), aliased(Block)
    return (select(follow.status, follow.notify_new_posts, back.status.label("back"), blocks.id.label("blocks"),
                   blocked.id.label("blocked"), mute.mute_type, mute.expires_at).select_from(User)
            .outerjoin(follow, and_(follow.follower_id == me, follow.followee_id == User.id))
            .outerjoin(back, and_(back.follower_id == User.id, back.followee_id == me))
            .outerjoin(blocks, and_(blocks.blocker_id == me, blocks.blocked_id == User.id))
            .outerjoin(blocked, and_(blocked.blocker_id == User.id, blocked.blocked_id == me))
            .outerjoin(mute, and_(mute.muter_id == me, mute.muted_id == User.id,
                                  or_(mute.expires_at.is_(None), mute.expires_at > at)))
            .where(User.id == bindparam("who", type_=BigInteger)))


def kept_apart(viewer: Viewer) -> Sequence[Apart]:
    """Everybody the viewer blocked or muted, the latest first."""
    blocks = select(Block.blocked_id.label("other"), literal("BLOCK").label("kind"), Block.created_at.label("since"),
                    null().label("until")).where(Block.blocker_id == viewer.user_id)
    mutes = select(Mute.muted_id, Mute.mute_type, Mute.created_at, Mute.expires_at).where(
        Mute.muter_id == viewer.user_id, policies.unexpired())
    kept = mutes.union_all(blocks).subquery()
    other, kind, since, until = kept.c
    rows = db.session.execute(
        select(kind.label("kind"), since.label("since"), until.label("until"), *person_columns())
        .join(User, User.id == other).join(Profile, Profile.user_id == User.id).order_by(since.desc(), User.id).limit(500))
    return [Apart(person=person_of(row), kind=row.kind, since=row.since, until=row.until) for row in rows]


def is_blocked(one: int, other: int) -> bool:
    """Whether one of two people blocked the other."""
    where = or_(and_(Block.blocker_id == one, Block.blocked_id == other),
                and_(Block.blocker_id == other, Block.blocked_id == one))
    return db.session.scalar(select(Block.id).where(where).limit(1)) is not None


def follow_of(follower_id: int, followee_id: int) -> Follow | None:
    return db.session.scalars(select(Follow).where(
        Follow.follower_id == follower_id, Follow.followee_id == followee_id)).first()


def follow_requests(viewer: Viewer) -> Sequence[Asking]:
    """Who asks to follow the viewer, longest first; at most a hundred."""
    rows = db.session.execute(
        select(Follow.id, Follow.created_at.label("since"), *person_columns())
        .join(User, User.id == Follow.follower_id).join(Profile, Profile.user_id == User.id)
        .where(Follow.followee_id == viewer.user_id, Follow.status == "PENDING", User.status == "ACTIVE")
        .order_by(Follow.id).limit(100))
    return [Asking(id=row.id, person=person_of(row), since=row.since) for row in rows]


def follow_request_count(viewer: Viewer) -> int:
    """How many ask to follow the viewer."""
    return db.session.scalar(select(func.count()).select_from(Follow).where(
        Follow.followee_id == viewer.user_id, Follow.status == "PENDING")) or 0


def follows_since_yesterday(user_id: int) -> int:
    """How many people somebody started to follow within a day."""
    return db.session.scalar(select(func.count()).select_from(Follow).where(
        Follow.follower_id == user_id, Follow.created_at > now() - DAY)) or 0


def followers(viewer: Viewer, user_id: int, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` people who follow somebody, the latest first: rows of `person_columns` with the follow's id."""
    return _people(viewer, Follow.follower_id, Follow.followee_id == user_id, limit=limit, after=after)


def following(viewer: Viewer, user_id: int, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` people whom somebody follows, the latest first."""
    return _people(viewer, Follow.followee_id, Follow.follower_id == user_id, limit=limit, after=after)


def _people(viewer: Viewer, shown: Any, whose: Any, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:  # noqa: ANN401
    statement = (select(Follow.id, Follow.created_at, *person_columns()).join(User, User.id == shown)
                 .join(Profile, Profile.user_id == User.id)
                 .where(whose, Follow.status == "ACTIVE", policies.listed_people(viewer),
                        policies.not_hidden(viewer, User.id, surface="search", of="user"))
                 .order_by(Follow.id.desc()).limit(limit + 1))
    if after is not None:
        statement = statement.where(Follow.id < after[1])
    return db.session.execute(statement).all()
