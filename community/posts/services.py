"""Writing, publishing, changing and deleting posts."""

from __future__ import annotations

import hashlib

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError

from community.communities import services as communities
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid
from community.core.markdown import RENDERER_VERSION, excerpt, reading_minutes, render, word_count
from community.core.outbox import record
from community.core.text import slug_of
from community.core.viewer import Grant, Viewer
from community.extensions import db
from community.posts import broadcasts, policies, queries
from community.posts.drafting import Draft, Duplicate, StaleVersion
from community.posts.events import PostDeleted, PostPublished, PostRestored, PostUpdated
from community.posts.models import Post, PostRevision, PostTag


def save_draft(draft: Draft, *, by: Viewer, post: Post | None = None) -> Post:
    """Keep an unfinished post for its author, as a new draft or in the place of an older one.

    Raises `StaleVersion` when another tab saved the draft meanwhile.
    """
    require(policies.can_create(by, None))
    if post is None:
        return _insert(draft, by)
    require(policies.can_edit(by, post))
    if post.status != "DRAFT":
        raise Conflict("This post is published already.")
    _change(post, draft)
    return post


def publish_post(draft: Draft, *, by: Viewer, post: Post | None = None) -> Post:
    """Publish a new post, or a draft. Sending the same form again returns the first post.

    Raises `Duplicate` when the author published the same text within a day.
    """
    require(policies.can_create(by, _space(by, draft)))
    if not draft.content.strip():
        raise Invalid(fields={"content": "Write something first."})
    earlier = queries.by_token(_author_id(by), draft.client_token) if draft.client_token and post is None else None
    if earlier is not None:
        return earlier
    twin = queries.duplicate_of(_author_id(by), _hash(draft.content), apart_from=post.id if post else None)
    if twin is not None:
        raise Duplicate(twin)
    post = _insert(draft, by) if post is None else save_draft(draft, by=by, post=post)
    at = now()
    post.status, post.published_at, post.last_activity_at = "PUBLISHED", at, at
    _set_tags(post, draft.tags, by)
    _add_revision(post, draft, by)
    db.session.flush()
    communities.count_post(post.author_id, post.community_id, post.space_id, 1, at=at)
    record(PostPublished(post_id=post.id, community_id=post.community_id, space_id=post.space_id,
                         actor_user_id=by.user_id, kind=post.kind))
    broadcasts.published(post, by)
    return post


def edit_post(post: Post, draft: Draft, *, by: Viewer) -> Post:
    """Change title, text or tags of a published post; the older text stays as a revision.

    Raises `StaleVersion` when somebody else saved meanwhile: nothing is overwritten.
    """
    require(policies.can_edit(by, post))
    if not draft.content.strip():
        raise Invalid(fields={"content": "Write something first."})
    before = (post.title, post.content, queries.tag_names(post))
    _change(post, draft)
    _set_tags(post, draft.tags, by)
    if before == (draft.title, draft.content, sorted(draft.tags)):
        return post
    post.last_edited_at = now()
    post.rev = Post.rev + 1
    _add_revision(post, draft, by)
    db.session.flush()
    record(PostUpdated(post_id=post.id, community_id=post.community_id, actor_user_id=by.user_id,
                       changed=_changed(before, draft)))
    broadcasts.edited(post, by)
    return post


def delete_post(post: Post, *, by: Viewer) -> None:
    """Take a post off every page; whoever did it, or staff, may bring it back within 30 days."""
    require(policies.can_delete(by, post))
    queries.lock_post(post)
    if post.deleted_at is not None:
        return
    post.deleted_at, post.deleted_by = now(), _author_id(by)
    _count(post, -1)
    record(PostDeleted(post_id=post.id, community_id=post.community_id, actor_user_id=by.user_id))
    broadcasts.deleted(post)


def restore_post(post: Post, *, by: Viewer) -> None:
    """Bring a deleted post back as it was."""
    require(policies.can_restore(by, post, at=now()))
    post.deleted_at = post.deleted_by = None
    _count(post, 1)
    record(PostRestored(post_id=post.id, community_id=post.community_id, actor_user_id=by.user_id))


def _insert(draft: Draft, by: Viewer) -> Post:
    if by.community is None:
        raise Denied("Choose a community first.")
    at = now()
    post = Post(community_id=by.community.id, author_id=_author_id(by), created_at=at, updated_at=at, last_activity_at=at,
                client_token=draft.client_token or None, status="DRAFT", version=1, rev=1)
    _write(post, draft)
    try:
        with db.session.begin_nested():
            db.session.add(post)
    except IntegrityError:
        raise Conflict("This was sent already.") from None
    return post


def _change(post: Post, draft: Draft) -> None:
    """Write over a post under its lock, if nobody else did since the draft was read."""
    queries.lock_post(post)
    if draft.version is not None and draft.version != post.version:
        raise StaleVersion(post)
    _write(post, draft)
    post.version += 1
    post.updated_at = now()


def _write(post: Post, draft: Draft) -> None:
    if post.content != draft.content or post.renderer_version != RENDERER_VERSION:
        html = render(draft.content)
        words = word_count(html)
        post.content, post.content_html, post.content_hash = draft.content, html, _hash(draft.content)
        post.excerpt, post.word_count, post.reading_minutes = excerpt(html), words, reading_minutes(words)
        post.renderer_version = RENDERER_VERSION
    post.title, post.slug = draft.title, slug_of(draft.title)
    if post.status in (None, "DRAFT"):
        post.space_id, post.kind = draft.space_id, draft.kind


def _set_tags(post: Post, names: list[str], by: Viewer) -> None:
    db.session.flush()
    trusted = by.is_staff or (by.member is not None and by.member.trust_level != "NEW")
    wanted = communities.tag_ids(post.community_id, names, create=trusted)
    db.session.execute(delete(PostTag).where(PostTag.post_id == post.id))
    if wanted:
        rows = [{"community_id": post.community_id, "post_id": post.id, "tag_id": tag_id} for tag_id in wanted]
        db.session.execute(insert(PostTag), rows)


def _add_revision(post: Post, draft: Draft, by: Viewer) -> None:
    db.session.flush()
    post.current_revision = queries.revision_count(post) + 1
    db.session.add(PostRevision(post_id=post.id, version=post.current_revision, editor_id=_author_id(by),
                                title=draft.title, content=draft.content, tags=draft.tags, created_at=now()))


def _count(post: Post, by: int) -> None:
    if post.status in ("PUBLISHED", "ARCHIVED"):
        db.session.flush()
        communities.count_post(post.author_id, post.community_id, post.space_id, by)


def _space(by: Viewer, draft: Draft) -> Grant | None:
    if draft.space_id is None:
        return None
    found = by.space(draft.space_id)
    if found is None:
        raise Invalid(fields={"space": "Choose a space of this community."})
    return found


def _author_id(by: Viewer) -> int:
    if by.member is None:
        raise Denied("Join the community first.")
    return by.member.id


def _hash(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def _changed(before: tuple[str, str, list[str]], draft: Draft) -> tuple[str, ...]:
    after = (draft.title, draft.content, sorted(draft.tags))
    return tuple(name for name, old, new in zip(("title", "content", "tags"), before, after, strict=True) if old != new)


def count_comments(post: Post, by: int, at: object) -> None:
    """Add to a post's comments, and note its last activity; registered for the comments that do not know posts."""
    values: dict[str, object] = {"comment_count": Post.comment_count + by, "rev": Post.rev + 1}
    if at is not None:
        values["last_activity_at"] = at
    db.session.execute(update(Post).where(Post.id == post.id).values(values).execution_options(synchronize_session=False))
    db.session.expire(post, ["comment_count", "rev", "last_activity_at"])


def count_reactions(post: Post, likes: int, reactions: int) -> None:
    """Add to a post's likes and reactions; registered for the reactions that do not know posts."""
    db.session.execute(update(Post).where(Post.id == post.id).values(
        like_count=Post.like_count + likes, reaction_count=Post.reaction_count + reactions,
        top_score=Post.top_score + likes, rev=Post.rev + 1).execution_options(synchronize_session=False))
    db.session.expire(post, ["like_count", "reaction_count", "top_score", "rev"])
