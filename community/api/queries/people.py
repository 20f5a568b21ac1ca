"""Members as the staff's programs get them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from community.accounts.models import Profile, User
from community.api import policies
from community.api.queries.places import picture
from community.api.shapes import Activity, MemberRow, MemberShape
from community.comments import policies as comments
from community.comments.models import Comment
from community.communities.models import Community, Member
from community.core.authz import require
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies as posts
from community.posts.models import Post

JOINED = func.coalesce(Member.joined_at, Member.created_at)
"""When they joined, or asked to."""
SORTS: dict[str, ColumnElement[Any] | InstrumentedAttribute[int]] = {
    "joinedAt": JOINED, "lastActiveAt": func.coalesce(Member.last_active_at, JOINED), "postCount": Member.post_count,
}
RECENT = 10


@dataclass(frozen=True)
class Wanted:
    """What narrows and orders the table."""

    search: str | None = None
    plan: str | None = None
    status: str | None = None
    sort: str = "lastActiveAt"
    descending: bool = True


def members(viewer: Viewer, wanted: Wanted, *, limit: int, offset: int) -> tuple[list[MemberRow], int]:
    """A part of the table of members of the community at hand, and how long it is. Without a status: all but who left."""
    require(policies.can_see_member_table(viewer))
    where = [*_here(viewer), Member.status == wanted.status if wanted.status else Member.status != "ARCHIVED"]
    if wanted.plan:
        where.append(Member.plan == wanted.plan)
    if wanted.search:
        where.append(_found(viewer, wanted.search))
    total = db.session.scalar(_joined(select(func.count())).where(*where)) or 0
    key = SORTS[wanted.sort]
    order = (key.desc(), Member.id.desc()) if wanted.descending else (key.asc(), Member.id.asc())
    rows = db.session.execute(_joined(_columns()).where(*where).order_by(*order).limit(limit).offset(offset))
    shows = policies.sees_addresses(viewer)
    return [MemberRow(**_row(row, shows)) for row in rows], total


def member_community(public_id: uuid.UUID) -> uuid.UUID:
    """The community a member belongs to, by public ids. Raises `NotFound`."""
    found = db.session.scalar(select(Community.public_id).join(Member, Member.community_id == Community.id)
                              .where(Member.public_id == public_id, Member.deleted_at.is_(None)))
    if found is None:
        raise NotFound
    return found


def member(viewer: Viewer, public_id: uuid.UUID) -> MemberShape:
    """A member of the community at hand, with what they did last as far as the viewer reads it. Raises `NotFound`."""
    require(policies.can_see_member_table(viewer))
    row = db.session.execute(_joined(_columns()).where(*_here(viewer), Member.public_id == public_id)).first()
    if row is None:
        raise NotFound
    return MemberShape(**_row(row, policies.sees_addresses(viewer)), recent_activity=_recent(viewer, row.member_id))


def _recent(viewer: Viewer, member_id: int) -> list[Activity]:
    """The latest posts and comments of a member in the community at hand."""
    readable = (posts.visible_posts(viewer), posts.shown_posts())
    wrote = (select(Post.public_id.label("id"), literal("POST_CREATED").label("type"), Post.title,
                    Post.published_at.label("at")).where(Post.author_id == member_id, *readable)
             .order_by(Post.published_at.desc()).limit(RECENT))
    said = (select(Comment.public_id.label("id"), literal("COMMENT_CREATED").label("type"), Post.title,
                   Comment.created_at.label("at")).join(Post, Post.id == Comment.post_id)
            .where(Comment.author_id == member_id, comments.shown_comments(), *readable)
            .order_by(Comment.created_at.desc()).limit(RECENT))
    both = union_all(wrote.subquery().select(), said.subquery().select()).subquery()
    rows = db.session.execute(select(both).order_by(both.c.at.desc()).limit(RECENT))
    words = {"POST_CREATED": "Posted “{}”", "COMMENT_CREATED": "Commented on “{}”"}
    return [Activity(id=row.id, type=row.type, description=words[row.type].format(row.title), created_at=row.at) for row in rows]


def _columns() -> Select[*tuple[Any, ...]]:
    return select(Member.id.label("member_id"), Member.public_id, User.public_id.label("user_id"), Profile.display_name,
                  Profile.avatar, User.email, Member.role, Member.plan, Member.status, Member.post_count, Member.comment_count,
                  JOINED.label("joined_at"), SORTS["lastActiveAt"].label("last_active_at"))


def _joined(statement: Select[Any]) -> Select[Any]:
    return (statement.select_from(Member).join(User, User.id == Member.user_id)
            .join(Profile, Profile.user_id == User.id))


def _here(viewer: Viewer) -> list[ColumnElement[bool]]:
    place = viewer.community
    return [Member.community_id == (place.id if place else 0), Member.deleted_at.is_(None)]


def _found(viewer: Viewer, text: str) -> ColumnElement[bool]:
    named = Profile.display_name.icontains(text, autoescape=True)
    return or_(named, User.email.icontains(text, autoescape=True)) if policies.sees_addresses(viewer) else named


def _row(row: Any, shows_address: bool) -> dict[str, Any]:  # noqa: ANN401
    return {"id": row.public_id, "user_id": row.user_id, "name": row.display_name, "avatar": picture(row.avatar),
            "email": row.email if shows_address else masked(row.email), "role": row.role, "plan": row.plan,
            "status": row.status, "post_count": row.post_count, "comment_count": row.comment_count,
            "joined_at": row.joined_at, "last_active_at": row.last_active_at}


def masked(email: str) -> str:
    """An address that does not tell whose it is: a***@example.org."""
    name, _, host = email.partition("@")
    return f"{name[:1]}***@{host}"
