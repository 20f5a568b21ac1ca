"""Reading reactions: the bars under a page of things, and the viewer's own marks, in one statement each."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ARRAY, BigInteger, ColumnElement, ColumnExpressionArgument, String, bindparam, func, select

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.accounts.policies import not_hidden
from community.communities.models import Member
from community.core.viewer import Emoji, Viewer
from community.extensions import db
from community.reactions.models import Reaction, ReactionCount


@dataclass(frozen=True, slots=True)
class Bar:
    """The reactions under one thing, as its template takes them. `url` takes the toggle."""

    type: str
    uuid: str
    url: str
    rev: int
    chips: Sequence[tuple[str, Emoji, str, int]]
    """Code, looks, label and count of every emoji that was given."""
    pick_url: str
    actor: str = ""
    ops: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"rx-{self.type}-{self.uuid}"


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that is reacted to: its ids, revision, and the address of its post without the slug."""

    id: int
    public_id: uuid.UUID | str
    rev: int
    url: str


def bars(kind: str, targets: Sequence[Target], emoji: Sequence[Emoji]) -> dict[int, Bar]:
    """The bar of each target, by its id."""
    counts: dict[int, dict[str, int]] = {}
    if targets:
        rows = db.session.execute(select(ReactionCount.target_id, ReactionCount.emoji_code, ReactionCount.count).where(
            ReactionCount.target_type == kind.upper(), ReactionCount.target_id.in_([one.id for one in targets]),
            ReactionCount.count > 0))
        for target_id, code, count in rows:
            counts.setdefault(target_id, {})[code] = count
    return {one.id: _bar(kind, one, counts.get(one.id, {}), emoji) for one in targets}


def own_marks(viewer: Viewer, kind: str, things: Mapping[int, uuid.UUID | str]) -> list[str]:
    """Element ids of the chips the viewer has pressed under these things."""
    if viewer.member is None or not things:
        return []
    rows = db.session.execute(select(Reaction.target_id, Reaction.emoji_code).where(
        Reaction.target_type == kind.upper(), Reaction.target_id.in_(things), Reaction.member_id == viewer.member.id))
    return [f"rx-{kind}-{things[target_id]}-{code}" for target_id, code in rows]


def codes_given(kind: str, target_id: ColumnExpressionArgument[int]) -> ColumnElement[list[str]]:
    """A column for lists: the codes given to each row's target by the members bound as `members`."""
    given = select(Reaction.emoji_code).where(
        Reaction.target_type == kind.upper(), Reaction.target_id == target_id,
        Reaction.member_id == func.any(bindparam("members", type_=ARRAY(BigInteger))))
    return func.array(given.scalar_subquery(), type_=ARRAY(String))


def who_reacted(viewer: Viewer, kind: str, target_id: int, *, limit: int = 50) -> Sequence[tuple[str, Person]]:
    """Emoji and person, newest first, without those the viewer does not meet."""
    rows = db.session.execute(
        select(Reaction.emoji_code, *person_columns()).select_from(Reaction)
        .join(Member, Member.id == Reaction.member_id).join(User, User.id == Member.user_id)
        .join(Profile, Profile.user_id == User.id)
        .where(Reaction.target_type == kind.upper(), Reaction.target_id == target_id,
               not_hidden(viewer, Reaction.member_id, surface="thread"))
        .order_by(Reaction.created_at.desc(), Reaction.id.desc()).limit(limit))
    return [(row.emoji_code, person_of(row)) for row in rows]


def own_reactions(kind: str, target_id: int, member_id: int) -> Sequence[str]:
    """The codes one member gave to one thing."""
    return db.session.scalars(select(Reaction.emoji_code).where(
        Reaction.target_type == kind.upper(), Reaction.target_id == target_id, Reaction.member_id == member_id)).all()


def _bar(kind: str, target: Target, counts: Mapping[str, int], emoji: Sequence[Emoji]) -> Bar:
    chips = [(one.code, one, one.label, counts[one.code]) for one in emoji if one.code in counts]
    aim = "post" if kind == "post" else str(target.public_id)
    return Bar(type=kind, uuid=str(target.public_id), url=f"{target.url}/react", rev=target.rev, chips=chips,
               pick_url=f"{target.url}/reactions?target={aim}")
