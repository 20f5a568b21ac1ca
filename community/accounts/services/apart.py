"""Blocking and muting, and taking it back."""

from __future__ import annotations

import datetime as dt
import hashlib

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from community.accounts import policies
from community.accounts.events import UserBlocked, UserMuted, UserUnblocked, UserUnfollowed
from community.accounts.models import Block, Follow, Mute, User
from community.accounts.services.counting import count_follows
from community.core import broadcast, cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

PERIODS = {"1": dt.timedelta(days=1), "7": dt.timedelta(days=7), "30": dt.timedelta(days=30), "": None}
"""How long a mute may last, by days as forms send them; for ever where nothing is said."""


def block(user: User, *, by: Viewer, reason: str = "") -> None:
    """Keep apart from somebody: follows end both ways and each is absent for the other. Blocking twice is no error."""
    require(policies.can_keep_apart(by, user))
    me = _not_oneself(by, user)
    lock_pair(me, user.id)
    made = db.session.execute(insert(Block).values(blocker_id=me, blocked_id=user.id, reason=reason, created_at=now())
                              .on_conflict_do_nothing().returning(Block.id)).first()
    if made is None:
        return
    _end_follows(me, user.id)
    record(UserBlocked(user_id=user.id, actor_user_id=me))
    _changed(me, user.id)


def unblock(user: User, *, by: Viewer) -> None:
    """Take a block back; follows that ended stay ended."""
    require(policies.can_act(by))
    me = _not_oneself(by, user)
    lock_pair(me, user.id)
    gone = db.session.execute(delete(Block).where(Block.blocker_id == me, Block.blocked_id == user.id)
                              .returning(Block.id)).first()
    if gone is not None:
        record(UserUnblocked(user_id=user.id, actor_user_id=me))
        _changed(me, user.id)


def mute(user: User, *, by: Viewer, kind: str = "MUTE", until: dt.datetime | None = None) -> None:
    """Stop reading somebody, who is not told; muting again changes kind and end."""
    require(policies.can_keep_apart(by, user))
    me = _not_oneself(by, user)
    values = {"mute_type": kind, "expires_at": until, "created_at": now()}
    db.session.execute(insert(Mute).values(muter_id=me, muted_id=user.id, **values)
                       .on_conflict_do_update(index_elements=["muter_id", "muted_id"], set_=values))
    record(UserMuted(user_id=me, muted_id=user.id, actor_user_id=me))
    _changed(me)


def unmute(user: User, *, by: Viewer) -> None:
    """Read somebody again."""
    require(policies.can_act(by))
    me = _not_oneself(by, user)
    db.session.execute(delete(Mute).where(Mute.muter_id == me, Mute.muted_id == user.id))
    record(UserMuted(user_id=me, muted_id=user.id, actor_user_id=me))
    _changed(me)


def end_expired_mutes() -> int:
    """Remove mutes whose time is over, which have no effect any more; returns how many. Safe to repeat."""
    ended = db.session.execute(delete(Mute).where(Mute.expires_at <= now()).returning(Mute.muter_id)).scalars().all()
    _changed(*set(ended))
    return len(ended)


def lock_pair(one: int, other: int) -> None:
    """One change between two people at a time: a follow and a block must not both come through."""
    key = hashlib.blake2b(f"pair:{min(one, other)}:{max(one, other)}".encode(), digest_size=8).digest()
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, signed=True))))


def _end_follows(one: int, other: int) -> None:
    pairs = ((one, other), (other, one))
    for follower, followee in pairs:
        status = db.session.execute(
            delete(Follow).where(Follow.follower_id == follower, Follow.followee_id == followee)
            .returning(Follow.status)).scalar()
        if status == "ACTIVE":
            count_follows([follower], followee, -1)
            record(UserUnfollowed(user_id=followee, follower_id=follower, actor_user_id=one))


def _not_oneself(by: Viewer, user: User) -> int:
    if by.user_id is None or by.user_id == user.id:
        raise Invalid("That is you.")
    return by.user_id


def _changed(*user_ids: int) -> None:
    """What is kept of these people is old, and so is what their open pages may hear."""
    for user_id in user_ids:
        cache.raise_later(f"u:{user_id}")
        broadcast.recheck(user_id)
