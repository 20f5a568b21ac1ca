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

    Where a member has one reaction only, a new one takes the place of the old. Raises `Invalid` for an emoji the
    community does not offer, and for one too many.
    """
    require(policies.can_react(by, kind, subject))
    emoji, member_id = _emoji(by, code), _member_id(by)
    _lock(kind, subject.id, member_id)
    mine = set(queries.own_reactions(kind, subject.id, member_id))
    adding = emoji.code not in mine
    if adding and not emoji.is_active:
        raise Invalid("This reaction is not available here.")
    ops = dict.fromkeys(_displaced(by, mine) if adding else (), "remove") | {emoji.code: "add" if adding else "remove"}
    for changed in sorted(ops):
        reaction_id = (_add if ops[changed] == "add" else _remove)(kind, subject, changed, member_id)
        happened = ReactionAdded if ops[changed] == "add" else ReactionRemoved
        record(happened(reaction_id=reaction_id, community_id=subject.community_id, target_type=kind.upper(),
                        target_id=subject.id, emoji=changed, actor_user_id=by.user_id))
    after = mine ^ set(ops)
    _count(kind, subject, member_id, reactions=len(after) - len(mine), likes=_likes(by, after) - _likes(by, mine))
    broadcasts.reacted(kind, subject, ops, by=by)
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


def _displaced(by: Viewer, mine: set[str]) -> set[str]:
    """What has to go for one more: nothing, or the only one there may be. Raises `Invalid` where there is no room."""
    allowed = by.community.settings.get("reactions_max_per_target", 3) if by.community else 3
    if not isinstance(allowed, int) or len(mine) < allowed:
        return set()
    if allowed == 1:
        return mine
    raise Invalid(f"You can give at most {allowed} different reactions here.")


def _add(kind: str, subject: subjects.Subject, code: str, member_id: int) -> int:
    _tally(kind, subject, code, 1)
    return db.session.execute(insert(Reaction).values(
        community_id=subject.community_id, member_id=member_id, target_type=kind.upper(), target_id=subject.id,
        emoji_code=code, created_at=now()).returning(Reaction.id)).scalar_one()


def _remove(kind: str, subject: subjects.Subject, code: str, member_id: int) -> int:
    _tally(kind, subject, code, -1)
    return db.session.execute(delete(Reaction).where(
        Reaction.target_type == kind.upper(), Reaction.target_id == subject.id, Reaction.member_id == member_id,
        Reaction.emoji_code == code).returning(Reaction.id)).scalar_one()


def _tally(kind: str, subject: subjects.Subject, code: str, change: int) -> None:
    row = insert(ReactionCount).values(target_type=kind.upper(), target_id=subject.id, emoji_code=code, count=max(change, 0))
    db.session.execute(row.on_conflict_do_update(
        index_elements=["target_type", "target_id", "emoji_code"], set_={"count": ReactionCount.count + change}))


def _likes(by: Viewer, codes: set[str]) -> int:
    """1 when any of these emoji is a like, else 0: a member likes a thing once."""
    liking = {one.code for one in (by.community.emoji if by.community else ()) if one.counts_as_like}
    return 1 if codes & liking else 0


def _count(kind: str, subject: subjects.Subject, member_id: int, *, reactions: int, likes: int) -> None:
    subjects.kind(kind).count_reactions(subject, likes, reactions)
    receiver = subject.author_id if subject.author_id != member_id else None
    communities.count_reaction(member_id, receiver, subject.community_id, subjects.kind(kind).space_of(subject),
                               given=reactions, likes=likes)
