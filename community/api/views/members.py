"""The table of members, for the programs of the staff."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from flask import g
from pydantic import StringConstraints

from community.api.basis import get
from community.api.queries import people, places
from community.api.queries.people import Wanted
from community.api.shapes import MemberPage, MemberShape
from community.api.views.places import PageQuery
from community.core.errors import NotFound
from community.core.ids import uuid_of


class MemberQuery(PageQuery):
    """What narrows and orders the table."""

    community_id: uuid.UUID
    search: Annotated[str, StringConstraints(max_length=100)] | None = None
    plan: Literal["FREE", "STARTER", "GROWTH", "ENTERPRISE"] | None = None
    status: Literal["PENDING", "ACTIVE", "SUSPENDED", "BANNED", "ARCHIVED"] | None = None
    sort_by: Literal["joinedAt", "lastActiveAt", "postCount"] = "lastActiveAt"
    order: Literal["asc", "desc"] = "desc"


@get("/members", answers=MemberPage, query=MemberQuery)
def members(query: MemberQuery) -> MemberPage:
    """Members of a community, for its staff. Addresses are masked but for admins."""
    viewer = places.enter(g.viewer, query.community_id)
    wanted = Wanted(query.search, query.plan, query.status, query.sort_by, query.order == "desc")
    rows, total = people.members(viewer, wanted, limit=query.limit, offset=query.offset)
    return MemberPage(members=rows, total=total, has_more=query.offset + len(rows) < total)


@get("/members/<member_id>", answers=MemberShape)
def member(member_id: str) -> MemberShape:
    """A member, for the staff of their community, with what they did last."""
    public_id = uuid_of(member_id)
    try:
        viewer = places.enter(g.viewer, people.member_community(public_id))
    except NotFound:
        raise NotFound from None
    return people.member(viewer, public_id)
