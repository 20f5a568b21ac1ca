"""How posts follow when tags and categories change."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from community.communities.services import Followers
from community.extensions import db
from community.posts.models import Post, PostTag


def _touch(post_ids: object) -> None:
    statement = update(Post).where(Post.id.in_(post_ids)).values(rev=Post.rev + 1)  # type: ignore[arg-type]
    db.session.execute(statement.execution_options(synchronize_session=False))


def touch_tag(tag_id: int) -> None:
    """Cards name their tags: raise the revision of the posts that have this one."""
    _touch(select(PostTag.post_id).where(PostTag.tag_id == tag_id))


def merge_tag(source_id: int, target_id: int) -> dict[int | None, int]:
    """Give the posts of one tag another; answers how many shown posts have it then, by space."""
    touch_tag(source_id)
    both = select(PostTag.post_id).where(PostTag.tag_id == target_id)
    db.session.execute(delete(PostTag).where(PostTag.tag_id == source_id, PostTag.post_id.in_(both))
                       .execution_options(synchronize_session=False))
    db.session.execute(update(PostTag).where(PostTag.tag_id == source_id).values(tag_id=target_id)
                       .execution_options(synchronize_session=False))
    rows = db.session.execute(
        select(Post.space_id, func.count()).join(PostTag, PostTag.post_id == Post.id)
        .where(PostTag.tag_id == target_id, Post.status.in_(("PUBLISHED", "ARCHIVED")), Post.deleted_at.is_(None))
        .group_by(Post.space_id))
    return {row[0]: row[1] for row in rows}


def move_category(category_id: int, target_id: int | None) -> None:
    """Put the posts of a category into another one, or into none."""
    statement = update(Post).where(Post.category_id == category_id).values(category_id=target_id)
    db.session.execute(statement.execution_options(synchronize_session=False))


FOLLOWERS = Followers(merge_tag=merge_tag, move_category=move_category, touch_tag=touch_tag)
