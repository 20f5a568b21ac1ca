"""Posts as programs get them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from community.accounts.models import Profile, User
from community.accounts.policies import not_hidden
from community.api.queries.places import picture
from community.api.shapes import Author, Named, PostRow, PostShape
from community.communities.models import Category, Community, Member, Space, Tag
from community.core.errors import NotFound
from community.core.ids import BIGINT_MAX
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies
from community.posts.models import Post, PostTag

AT = func.coalesce(Post.published_at, Post.created_at)


@dataclass(frozen=True)
class Wanted:
    """What narrows the list."""

    community: uuid.UUID
    author: uuid.UUID | None = None
    category: uuid.UUID | None = None
    tag: str | None = None

    def named(self) -> dict[str, object]:
        """What a cursor is bound to."""
        return {"community": str(self.community), "author": str(self.author or ""), "category": str(self.category or ""),
                "tag": self.tag}


def posts(viewer: Viewer, wanted: Wanted, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of the community at hand that the viewer reads, the newest first, as rows.

    Posts of people who are absent for the viewer are left out.
    """
    shown = not_hidden(viewer, Post.author_id, surface="feed")
    statement = _rows().where(policies.visible_posts(viewer), shown).order_by(AT.desc(), Post.id.desc()).limit(limit + 1)
    if after is not None:
        statement = statement.where(tuple_(AT, Post.id) < tuple_(*after))
    if wanted.author is not None:
        statement = statement.where(Member.public_id == wanted.author)
    if wanted.category is not None:
        statement = statement.where(Category.public_id == wanted.category)
    if wanted.tag is not None:
        tagged = select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id).where(
            Tag.community_id == Post.community_id, func.lower(Tag.name) == wanted.tag.lower()).correlate(Post)
        statement = statement.where(Post.id.in_(tagged))
    return db.session.execute(statement).all()


def shaped(rows: Sequence[Any]) -> list[PostRow]:
    """Rows of `posts` as they are answered."""
    tags = _tags([row.Post.id for row in rows])
    return [PostRow(**_row(row, tags.get(row.Post.id, []))) for row in rows]


def place_of_post(name: str) -> tuple[int, uuid.UUID]:
    """The id of a post, named by its UUID or `<number>-<slug>`, and its community's UUID. Raises `NotFound`."""
    statement = select(Post.id, Community.public_id).join(Community, Community.id == Post.community_id)
    number, _, slug = name.partition("-")
    if number.isascii() and number.isdigit() and slug and 0 < int(number[:20]) <= BIGINT_MAX:
        row = db.session.execute(statement.where(Post.id == int(number), Post.slug == slug)).first()
    else:
        row = db.session.execute(statement.where(Post.public_id == _uuid(name))).first()
    if row is None:
        raise NotFound
    return row.id, row.public_id


def post(post_id: int, *, with_html: bool) -> PostShape:
    """A post that was loaded as the viewer already."""
    row = db.session.execute(_rows().where(Post.id == post_id)).one()
    found = row.Post
    return PostShape(**_row(row, _tags([post_id]).get(post_id, [])), content=found.content, updated_at=found.updated_at,
                     content_html=found.content_html if with_html else None)


def _rows() -> Select[*tuple[Any, ...]]:
    return (select(Post, AT.label("at"), Post.id, Member.public_id.label("author_id"), Profile.display_name, Profile.avatar,
                   User.username, Space.public_id.label("space_id"), Space.name.label("space_name"),
                   Category.public_id.label("category_id"), Category.name.label("category_name"))
            .join(Member, Member.id == Post.author_id).join(User, User.id == Member.user_id)
            .join(Profile, Profile.user_id == User.id).outerjoin(Space, Space.id == Post.space_id)
            .outerjoin(Category, Category.id == Post.category_id))


def _row(row: Any, tags: list[str]) -> dict[str, Any]:  # noqa: ANN401
    found: Post = row.Post
    author = Author(id=row.author_id, name=row.display_name, avatar=picture(row.avatar), username=row.username)
    return {
        "id": found.public_id, "slug": f"{found.id}-{found.slug}", "title": found.title, "excerpt": found.excerpt or None,
        "author": author, "space": Named(id=row.space_id, name=row.space_name) if row.space_id else None,
        "category": Named(id=row.category_id, name=row.category_name) if row.category_id else None, "tags": tags,
        "status": found.status, "view_count": found.view_count, "like_count": found.like_count,
        "comment_count": found.comment_count, "flag_count": 0, "published_at": found.published_at,
        "created_at": found.created_at,
    }


def _tags(post_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = db.session.execute(select(PostTag.post_id, Tag.name).join(Tag, Tag.id == PostTag.tag_id)
                              .where(PostTag.post_id.in_(post_ids)).order_by(Tag.name))
    for post_id, name in rows:
        found.setdefault(post_id, []).append(name)
    return found


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None
