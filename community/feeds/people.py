"""What a person's page lists besides posts: comments, communities in common, showcased posts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import aliased

from community.accounts.policies import not_hidden
from community.comments.models import Comment
from community.comments.policies import shown_comments
from community.communities.models import Community, Member
from community.communities.policies import READING, readable_communities
from community.communities.queries import member_ids, readable_space_ids
from community.core.markdown import excerpt
from community.core.text import initials
from community.core.viewer import Viewer
from community.extensions import db
from community.feeds import queries
from community.posts.models import Post
from community.posts.policies import listed_posts, shown_posts


@dataclass(frozen=True)
class Said:
    """A comment as a person's page lists it."""

    id: int
    created_at: dt.datetime
    url: str
    post_title: str
    text: str
    community: str
    community_url: str


@dataclass(frozen=True)
class Place:
    """A community as a person's page lists it."""

    name: str
    initials: str
    hue: int
    avatar: str
    url: str
    member_count: int


def comments_by(viewer: Viewer, user_id: int, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Said]:
    """One more than `limit` comments of a person, the latest first, on posts the viewer reads."""
    mine = db.session.execute(
        select(Member.id, Member.community_id).join(Community, Community.id == Member.community_id)
        .where(Member.user_id == user_id, readable_communities(viewer))).all()
    if not mine:
        return []
    spaces = readable_space_ids(viewer, [row.community_id for row in mine])
    statement = (select(Comment.id, Comment.public_id, Comment.content_html, Comment.created_at, Post.id.label("post_id"),
                        Post.slug, Post.title, Community.slug.label("place"), Community.name)
                 .join(Post, Post.id == Comment.post_id).join(Community, Community.id == Comment.community_id)
                 .where(Comment.author_id.in_([row.id for row in mine]), shown_comments(), shown_posts(),
                        or_(Post.space_id.is_(None), Post.space_id.in_(spaces)),
                        not_hidden(viewer, Comment.author_id, surface="feed"),
                        not_hidden(viewer, Post.author_id, surface="feed"))
                 .order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit + 1))
    if after is not None:
        statement = statement.where(tuple_(Comment.created_at, Comment.id) < tuple_(*after))
    return [Said(id=row.id, created_at=row.created_at, post_title=row.title, text=excerpt(row.content_html),
                 url=f"/c/{row.place}/p/{row.post_id}-{row.slug}?comment={row.public_id}#c-{row.public_id}",
                 community=row.name, community_url=f"/c/{row.place}/") for row in db.session.execute(statement)]


def communities_of(viewer: Viewer, user_id: int) -> Sequence[Place]:
    """Communities both the viewer and a person are in; at most a hundred."""
    mine = aliased(Member)
    rows = db.session.execute(
        select(Community.name, Community.slug, Community.hue, Community.avatar, Community.member_count)
        .join(Member, Member.community_id == Community.id).join(mine, mine.community_id == Community.id)
        .where(Member.user_id == user_id, Member.status.in_(READING), mine.user_id == viewer.user_id,
               mine.status.in_(READING), readable_communities(viewer))
        .order_by(Community.member_count.desc(), Community.id).limit(100))
    return [Place(name=row.name, initials=initials(row.name), hue=row.hue, avatar=row.avatar, url=f"/c/{row.slug}/",
                  member_count=row.member_count) for row in rows]


def showcased(viewer: Viewer, user_id: int, post_ids: Sequence[int]) -> Sequence[Any]:
    """The posts a person chose to show, as keys of cards: their own, published, and read by everybody."""
    if not post_ids:
        return []
    rows = db.session.execute(
        queries.card_keys().join(Member, Member.id == Post.author_id).join(Community, Community.id == Post.community_id)
        .where(Post.id.in_(post_ids), Member.user_id == user_id, listed_posts(), public_posts(),
               not_hidden(viewer, Post.author_id, surface="feed")), {"members": member_ids(viewer)}).all()
    return sorted(rows, key=lambda row: list(post_ids).index(row.id))


def own_public_posts(user_id: int, *, limit: int = 50) -> Sequence[Any]:
    """A person's own posts everybody may read, the latest first: id and title, to choose from."""
    return db.session.execute(
        select(Post.id, Post.title).join(Member, Member.id == Post.author_id)
        .join(Community, Community.id == Post.community_id)
        .where(Member.user_id == user_id, listed_posts(), public_posts())
        .order_by(Post.published_at.desc()).limit(limit)).all()


def public_posts() -> Any:  # noqa: ANN401 - a clause
    """Posts a guest reads, of those listed; joins `Post` to its `Community`."""
    from community.communities.models import Space

    closed = select(Space.id).where(Space.id == Post.space_id, Space.visibility != "PUBLIC").correlate(Post).exists()
    return (Community.visibility == "PUBLIC") & (Community.status == "ACTIVE") & Community.deleted_at.is_(None) & ~closed
