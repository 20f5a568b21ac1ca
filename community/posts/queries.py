"""Reading posts, viewer first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.accounts.models import Profile, User
from community.accounts.people import Person, person_columns, person_of
from community.accounts.policies import not_hidden
from community.communities.models import Member, Tag
from community.core.clock import now
from community.core.errors import Gone, NotFound
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies
from community.posts.models import Post, PostRelation, PostRevision, PostTag

DUPLICATE_WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True)
class TagLink:
    name: str
    url: str


@dataclass(frozen=True)
class Revision:
    version: int
    title: str
    content: str
    tags: list[str]
    editor: str
    note: str
    created_at: dt.datetime


@dataclass(frozen=True)
class RelatedPost:
    title: str
    url: str
    relation: str
    comment_count: int


def get_post(viewer: Viewer, number: int) -> Post:
    """A post the viewer reads. Raises `NotFound`, and `Gone` where the post was removed in front of its readers."""
    post = db.session.get(Post, number)
    if post is None or viewer.community is None or post.community_id != viewer.community.id:
        raise NotFound
    if policies.can_read(viewer, post):
        return post
    if post.status == "REMOVED" and post.deleted_at is None and policies.reads_place(viewer, post):
        raise Gone("This post was removed by a moderator.")
    raise NotFound


def get_public(viewer: Viewer, public_id: uuid.UUID) -> Post:
    """A post by its UUID, in the community at hand. Raises `NotFound`."""
    number = db.session.scalar(select(Post.id).where(Post.public_id == public_id))
    return get_post(viewer, number or 0)


def get_deleted(viewer: Viewer, number: int) -> Post:
    """A deleted post, for who may bring it back. Raises `NotFound`."""
    post = db.session.get(Post, number)
    if post is None or post.deleted_at is None or viewer.community is None or post.community_id != viewer.community.id:
        raise NotFound
    if not policies.can_restore(viewer, post, at=now()):
        raise NotFound
    return post


def peek(number: int) -> Post:
    """A post by id, for what belongs to it and was loaded as a viewer already."""
    return db.session.get_one(Post, number)


def lock_post(post: Post) -> Post:
    """The same post, read again under a row lock, for a change that depends on its present state."""
    db.session.refresh(post, with_for_update={"key_share": True})
    return post


def author_of(post: Post) -> Person:
    """Who wrote a post."""
    row = db.session.execute(
        select(*person_columns()).join(Profile, Profile.user_id == User.id).join(Member, Member.user_id == User.id)
        .where(Member.id == post.author_id)).one()
    return person_of(row)


def tags_of(post: Post, *, community_url: str) -> Sequence[TagLink]:
    """The tags of a post, by name."""
    rows = db.session.execute(select(Tag.name, Tag.slug).join(PostTag, PostTag.tag_id == Tag.id)
                              .where(PostTag.post_id == post.id).order_by(Tag.name))
    return [TagLink(row.name, f"{community_url}tags/{row.slug}") for row in rows]


def tag_names(post: Post) -> list[str]:
    statement = select(Tag.name).join(PostTag, PostTag.tag_id == Tag.id).where(PostTag.post_id == post.id)
    return list(db.session.scalars(statement.order_by(Tag.name)))


def related(viewer: Viewer, post: Post) -> Sequence[RelatedPost]:
    """Posts this one points to, as far as the viewer reads them."""
    rows = db.session.execute(
        select(Post.id, Post.slug, Post.title, Post.comment_count, PostRelation.relation_type)
        .join(PostRelation, PostRelation.related_post_id == Post.id)
        .where(PostRelation.post_id == post.id, policies.visible_posts(viewer), policies.listed_posts(),
               not_hidden(viewer, Post.author_id, surface="feed"))
        .order_by(PostRelation.sort_order, Post.published_at.desc()).limit(5))
    place = viewer.community.url if viewer.community else "/"
    return [RelatedPost(row.title, f"{place}p/{row.id}-{row.slug}", row.relation_type, row.comment_count) for row in rows]


def tag_ids(post: Post) -> list[int]:
    return list(db.session.scalars(select(PostTag.tag_id).where(PostTag.post_id == post.id)))


def drafts(viewer: Viewer) -> Sequence[Post]:
    """The viewer's own drafts in the community at hand, latest first."""
    if viewer.member is None:
        return []
    return db.session.scalars(
        select(Post).where(Post.author_id == viewer.member.id, Post.status == "DRAFT", Post.deleted_at.is_(None))
        .order_by(Post.updated_at.desc()).limit(100)).all()


def duplicate_of(author_id: int, content_hash: bytes, *, apart_from: int | None) -> Post | None:
    """A post of the same author with the same text within the last day."""
    statement = (select(Post).where(Post.author_id == author_id, Post.content_hash == content_hash,
                                    Post.published_at > now() - DUPLICATE_WITHIN, Post.deleted_at.is_(None)))
    if apart_from is not None:
        statement = statement.where(Post.id != apart_from)
    return db.session.scalars(statement.limit(1)).first()


def published_today(author_id: int) -> int:
    """How many posts somebody published in the last 24 hours, deleted ones included."""
    return db.session.scalar(select(func.count()).select_from(Post).where(
        Post.author_id == author_id, Post.published_at > now() - DUPLICATE_WITHIN)) or 0


def by_token(author_id: int, client_token: str) -> Post | None:
    """The post an earlier sending of the same form made."""
    return db.session.scalars(select(Post).where(
        Post.author_id == author_id, Post.client_token == client_token, Post.deleted_at.is_(None))).first()


def is_token_spent(author_id: int, client_token: str) -> bool:
    """Whether what this form made was deleted since: sent again, it makes something new."""
    return db.session.scalar(select(Post.id).where(
        Post.author_id == author_id, Post.client_token == client_token, Post.deleted_at.is_not(None))) is not None


def own_post(viewer: Viewer, number: int) -> Post | None:
    """A post or draft the viewer wrote, if it is still there."""
    if viewer.member is None:
        return None
    return db.session.scalars(select(Post).where(
        Post.id == number, Post.author_id == viewer.member.id, Post.deleted_at.is_(None))).first()


def revisions(post: Post) -> Sequence[Revision]:
    """The texts of a post as they once stood, latest first."""
    rows = db.session.execute(
        select(PostRevision, Profile.display_name).outerjoin(Member, Member.id == PostRevision.editor_id)
        .outerjoin(Profile, Profile.user_id == Member.user_id)
        .where(PostRevision.post_id == post.id).order_by(PostRevision.version.desc()).limit(100))
    return [Revision(row.version, row.title, row.content, row.tags, name or "", row.change_note, row.created_at)
            for row, name in rows]


def current_revision(post: Post) -> PostRevision:
    """The revision that holds the text as it stands."""
    return db.session.scalars(select(PostRevision).where(
        PostRevision.post_id == post.id, PostRevision.version == post.current_revision)).one()
