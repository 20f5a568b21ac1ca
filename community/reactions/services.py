"""Giving and taking back reactions."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from community.communities import services as communities
from community.core import subjects
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Denied, Invalid
from community.core.outbox import record
from community.core.viewer import Emoji, Viewer
from community.extensions import db
from community.reactions import broadcasts, policies, queries
from community.reactions.events import ReactionAdded, ReactionRemoved
from community.reactions.models import Reaction, ReactionCount

ALIASES = {"sad": "cry"}


def toggle_reaction(kind: str, subject: subjects.Subject, code: str, *, by: Viewer) -> bool:
    """Give an emoji to a subject, or take it back; returns whether it stands now.

    Raises `Invalid` for an emoji the community does not offer, and for one too many.
    """
    require(policies.can_react(by, kind, subject))
    emoji = _emoji(by, code)
    member_id = _member_id(by)
    _lock(kind, subject.id, member_id)
    mine = set(queries.own_reactions(kind, subject.id, member_id))
    adding = emoji.code not in mine
    if adding:
        _check_room(by, mine)
    reaction_id = (_add if adding else _remove)(kind, subject, emoji, member_id)
    likes = _likes(by, mine ^ {emoji.code}) - _likes(by, mine)
    _count(kind, subject, emoji.code, 1 if adding else -1, likes=likes, member_id=member_id)
    happened = ReactionAdded if adding else ReactionRemoved
    record(happened(reaction_id=reaction_id, community_id=subject.community_id, target_type=kind.upper(),
                    target_id=subject.id, emoji=emoji.code, actor_user_id=by.user_id))
    broadcasts.reacted(kind, subject, emoji.code, added=adding, by=by)
    return adding


def _emoji(by: Viewer, code: str) -> Emoji:
    wanted = ALIASES.get(code.lower(), code.lower())
    offered = by.community.emoji if by.community else ()
    found = next((one for one in offered if one.code == wanted), None)
    if found is None:
        raise Invalid("This reaction is not available here.")
    return found


def _member_id(by: Viewer) -> int:
    if by.member is None:
        raise Denied("Join the community first.")
    return by.member.id


def _lock(kind: str, target_id: int, member_id: int) -> None:
    """One toggle of a member on a target at a time: the count of emoji decides what the next one may do."""
    key = hashlib.blake2b(f"{kind}:{target_id}:{member_id}".encode(), digest_size=8).digest()
    db.session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(key, signed=True))))


def _check_room(by: Viewer, mine: set[str]) -> None:
    allowed = by.community.settings.get("reactions_max_per_target", 3) if by.community else 3
    if isinstance(allowed, int) and len(mine) >= allowed:
        raise Invalid(f"You can give at most {allowed} different reactions here.")


def _add(kind: str, subject: subjects.Subject, emoji: Emoji, member_id: int) -> int:
    return db.session.execute(insert(Reaction).values(
        community_id=subject.community_id, member_id=member_id, target_type=kind.upper(), target_id=subject.id,
        emoji_code=emoji.code, created_at=now()).returning(Reaction.id)).scalar_one()


def _remove(kind: str, subject: subjects.Subject, emoji: Emoji, member_id: int) -> int:
    return db.session.execute(delete(Reaction).where(
        Reaction.target_type == kind.upper(), Reaction.target_id == subject.id, Reaction.member_id == member_id,
        Reaction.emoji_code == emoji.code).returning(Reaction.id)).scalar_one()


def _likes(by: Viewer, codes: set[str]) -> int:
    """1 when any of these emoji is a like, else 0: a member likes a thing once."""
    liking = {one.code for one in (by.community.emoji if by.community else ()) if one.counts_as_like}
    return 1 if codes & liking else 0


def _count(kind: str, subject: subjects.Subject, code: str, change: int, *, likes: int, member_id: int) -> None:
    row = insert(ReactionCount).values(target_type=kind.upper(), target_id=subject.id, emoji_code=code, count=max(change, 0))
    db.session.execute(row.on_conflict_do_update(
        index_elements=["target_type", "target_id", "emoji_code"], set_={"count": ReactionCount.count + change}))
    subjects.kind(kind).count_reactions(subject, likes, change)
    receiver = subject.author_id if subject.author_id != member_id else None
    communities.count_reaction(member_id, receiver, given=change, likes=likes)

