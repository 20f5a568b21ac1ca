"""Reading reactions: the bars under a page of things, and the viewer's own marks, in one statement each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.communities.models import Member
from community.core.viewer import Emoji, Viewer
from community.extensions import db
from community.reactions.models import Reaction, ReactionCount


@dataclass(frozen=True, slots=True)
class Chip:
    """One emoji that was given, with how often."""

    id: str
    code: str
    label: str
    glyph: str
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The reactions under one thing. `url` takes the toggle, `target` names the thing there."""

    id: str
    target: str
    url: str
    picker_url: str
    chips: Sequence[Chip]
    actor: str = ""
    op: str = ""


def bars(kind: str, things: Mapping[int, uuid.UUID | str], emoji: Sequence[Emoji], *, url: Mapping[int, str]) -> dict[int, Bar]:
    """The bar of each thing (id to UUID); `url` has the address of the post each belongs to."""
    counts: dict[int, dict[str, int]] = {}
    if things:
        rows = db.session.execute(select(ReactionCount.target_id, ReactionCount.emoji_code, ReactionCount.count).where(
            ReactionCount.target_type == kind.upper(), ReactionCount.target_id.in_(things), ReactionCount.count > 0))
        for target_id, code, count in rows:
            counts.setdefault(target_id, {})[code] = count
    return {thing_id: _bar(kind, public_id, counts.get(thing_id, {}), emoji, url[thing_id])
            for thing_id, public_id in things.items()}


def own_marks(viewer: Viewer, kind: str, things: Mapping[int, uuid.UUID | str]) -> list[str]:
    """Element ids of the chips the viewer has pressed under these things."""
    if viewer.member is None or not things:
        return []
    rows = db.session.execute(select(Reaction.target_id, Reaction.emoji_code).where(
        Reaction.target_type == kind.upper(), Reaction.target_id.in_(things), Reaction.member_id == viewer.member.id))
    return [f"rx-{kind}-{things[target_id]}-{code}" for target_id, code in rows]


def who_reacted(kind: str, target_id: int, *, limit: int = 50) -> Sequence[tuple[str, Person]]:
    """Emoji and person, newest first."""
    rows = db.session.execute(
        select(Reaction.emoji_code, *person_columns()).select_from(Reaction)
        .join(Member, Member.id == Reaction.member_id).join(User, User.id == Member.user_id)
        .join(Profile, Profile.user_id == User.id)
        .where(Reaction.target_type == kind.upper(), Reaction.target_id == target_id)
        .order_by(Reaction.created_at.desc(), Reaction.id.desc()).limit(limit))
    return [(row.emoji_code, person_of(row)) for row in rows]


def own_reactions(kind: str, target_id: int, member_id: int) -> Sequence[str]:
    """The codes one member gave to one thing."""
    return db.session.scalars(select(Reaction.emoji_code).where(
        Reaction.target_type == kind.upper(), Reaction.target_id == target_id, Reaction.member_id == member_id)).all()


def _bar(kind: str, public_id: uuid.UUID | str, counts: Mapping[str, int], emoji: Sequence[Emoji], url: str) -> Bar:
    target = "post" if kind == "post" else str(public_id)
    chips = [Chip(f"rx-{kind}-{public_id}-{one.code}", one.code, one.label, one.glyph, counts[one.code])
             for one in emoji if one.code in counts]
    return Bar(id=f"rx-{kind}-{public_id}", target=target, url=f"{url}/react", chips=chips,
               picker_url=f"{url}/reactions?target={target}")
