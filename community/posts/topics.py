"""The tags and the category of a post, and how posts follow when those change."""

from __future__ import annotations

from sqlalchemy import delete, func, insert, select, update

from community.communities import services as communities
from community.communities.queries import active_category
from community.core.errors import Invalid
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import queries
from community.posts.drafting import Draft
from community.posts.models import Post, PostTag


def check_category(draft: Draft, post: Post | None, by: Viewer) -> None:
    """Take a category in use, or the one the post has already. Raises `Invalid`."""
    if draft.category_id is None or (post is not None and post.category_id == draft.category_id):
        return
    if active_category(by.community.id if by.community else 0, draft.category_id) is None:
        raise Invalid(fields={"category": "Choose a category of this community."})


def set_tags(post: Post, names: list[str], by: Viewer) -> None:
    """Put a post under these tags alone; who is trusted makes those that are missing."""
    trusted = by.is_staff or (by.member is not None and by.member.trust_level != "NEW")
    wanted = communities.tag_ids(post.community_id, names, create=trusted)
    db.session.execute(delete(PostTag).where(PostTag.post_id == post.id))
    if wanted:
        rows = [{"community_id": post.community_id, "post_id": post.id, "tag_id": tag_id} for tag_id in wanted]
        db.session.execute(insert(PostTag), rows)


def recategorise(post: Post, draft: Draft) -> None:
    """Put a post that is counted into the category of a draft."""
    if post.category_id == draft.category_id:
        return
    for category_id, by in sorted(((post.category_id or 0, -1), (draft.category_id or 0, 1))):
        if category_id:
            communities.count_topics(post.community_id, post.space_id, by, category_id=category_id)
    post.category_id = draft.category_id


def recount_tags(post: Post, had: set[int]) -> None:
    """Count a post under the tags it has now, instead of those it had."""
    has = set(queries.tag_ids(post))
    for tag_ids, by in ((had - has, -1), (has - had, 1)):
        communities.count_topics(post.community_id, post.space_id, by, tag_ids=sorted(tag_ids))


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


FOLLOWERS = communities.Followers(merge_tag=merge_tag, move_category=move_category, touch_tag=touch_tag)
