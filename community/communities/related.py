"""Whom a viewer does not meet, with their memberships, as the viewer's record keeps it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from community.accounts.queries import relations_of
from community.communities import policies
from community.communities.models import Member
from community.core.relations import Relation
from community.extensions import db


def stored_relations(user_id: int | None, community_id: int | None) -> list[list[Any]]:
    """Whom a person does not meet, with their memberships in a community, else in the communities of that person."""
    found = relations_of(user_id)
    if not found:
        return []
    mine = select(Member.community_id).where(Member.user_id == user_id, Member.status.in_(policies.READING))
    place = Member.community_id == community_id if community_id is not None else Member.community_id.in_(mine)
    members: dict[int, list[int]] = {}
    others = {relation.user_id for relation in found}
    for row in db.session.execute(select(Member.user_id, Member.id).where(Member.user_id.in_(others), place)):
        members.setdefault(row.user_id, []).append(row.id)
    return [[one.user_id, one.kind, one.until.isoformat() if one.until else None, members.get(one.user_id, [])]
            for one in found]


def as_relations(stored: list[list[Any]]) -> tuple[Relation, ...]:
    """What `stored_relations` gave, kept as JSON meanwhile, as the viewer carries it."""
    return tuple(Relation(user_id=user_id, kind=kind, until=dt.datetime.fromisoformat(until) if until else None,
                          member_ids=tuple(member_ids))
                 for user_id, kind, until, member_ids in stored)
