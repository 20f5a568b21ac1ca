"""Who is absent for whom: what blocks and mutes hide, decided here alone, for pages, lists and pushes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import ARRAY, BigInteger, BindParameter, ColumnElement, CompoundSelect, bindparam, literal, or_, select
from sqlalchemy import all_ as all_of

from community.accounts.models import Block, Mute
from community.core.authz import Decision, Deny
from community.core.clock import now
from community.core.relations import Relation
from community.core.viewer import Viewer

Surface = Literal["feed", "thread", "notice", "search", "story"]
"""Where somebody may be absent: lists of posts, threads and posts by address, notifications, search, live lines."""

EVERYWHERE = frozenset({"feed", "thread", "notice", "search", "story"})
HIDES = {"BLOCKS": EVERYWHERE, "BLOCKED_BY": EVERYWHERE, "MUTE": EVERYWHERE, "HIDE_POSTS": frozenset({"feed"}),
         "HIDE_STORIES": frozenset({"story"})}
OWN = ("BLOCKS", "MUTE", "HIDE_POSTS", "HIDE_STORIES")


def hidden_people(viewer: Viewer, surface: Surface) -> list[int]:
    """Ids of the users who are absent for the viewer on a surface."""
    return [one.user_id for one in _present(viewer) if surface in HIDES[one.kind]]


def hidden_members(viewer: Viewer, surface: Surface) -> list[int]:
    """Their memberships in the community at hand; without one, in the viewer's communities."""
    return [member_id for one in _present(viewer) if surface in HIDES[one.kind] for member_id in one.member_ids]


def not_hidden(viewer: Viewer, column: ColumnElement[Any] | Any, *, surface: Surface,  # noqa: ANN401
               of: Literal["user", "member"] = "member") -> ColumnElement[bool]:
    """Rows whose author, a member or user id in `column`, is not absent for the viewer. Nobody (NULL) is not absent."""
    ids = hidden_members(viewer, surface) if of == "member" else hidden_people(viewer, surface)
    if not ids:
        return literal(True)
    return or_(column.is_(None), column != all_of(literal(ids, ARRAY(BigInteger))))


def not_among(column: ColumnElement[Any] | Any, name: str = "hidden") -> ColumnElement[bool]:  # noqa: ANN401
    """The same for prepared statements: the ids of `hidden_members` are bound as `name`."""
    ids: BindParameter[Any] = bindparam(name, type_=ARRAY(BigInteger))
    return column != all_of(ids)


def hidden_from(user_id: int, surface: Surface) -> CompoundSelect[Any]:
    """A subquery of the users absent for somebody, for what runs without a viewer: counts, pushes, jobs."""
    kinds = [kind for kind, surfaces in HIDES.items() if surface in surfaces]
    return (select(Block.blocked_id).where(Block.blocker_id == user_id)
            .union_all(select(Block.blocker_id).where(Block.blocked_id == user_id),
                       select(Mute.muted_id).where(Mute.muter_id == user_id, Mute.mute_type.in_(kinds), unexpired())))


def unexpired() -> ColumnElement[bool]:
    """Mutes that still count."""
    return or_(Mute.expires_at.is_(None), Mute.expires_at > now())


def hiding(viewer: Viewer, member_id: int, surface: Surface) -> Relation | None:
    """Why a member of the community at hand is absent for the viewer; None when they are not."""
    found = [one for one in _present(viewer) if member_id in one.member_ids and surface in HIDES[one.kind]]
    return min(found, key=lambda one: one.kind != "BLOCKED_BY", default=None)


def may_reveal(relation: Relation) -> bool:
    """Whoever hid somebody may look all the same; whoever is hidden from may not."""
    return relation.kind != "BLOCKED_BY"


def can_meet(by: Viewer, *, user_id: int | None = None, member_id: int | None = None) -> Decision:
    """Answering, reacting, following, inviting: not where one of the two blocked the other."""
    kinds = {one.kind for one in _present(by) if one.user_id == user_id or member_id in one.member_ids}
    if "BLOCKS" in kinds:
        return Deny("You blocked this person.")
    return Deny("You cannot answer this person.") if "BLOCKED_BY" in kinds else True


def _present(viewer: Viewer) -> Iterator[Relation]:
    """What counts now. Being blocked shuts nobody out of moderating: staff in their community, site administrators."""
    at = now()
    for one in viewer.relations:
        if (one.until is None or one.until > at) and not (one.kind == "BLOCKED_BY" and viewer.is_staff):
            yield one
