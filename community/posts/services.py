"""Writing, publishing, changing and deleting posts."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from sqlalchemy import func, update
from sqlalchemy.exc import IntegrityError

from community.communities import services as communities
from community.communities.policies import newcomers, settled
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid, NotFound
from community.core.markdown import RENDERER_VERSION, excerpt, reading_minutes, render, word_count
from community.core.outbox import record
from community.core.text import slug_of
from community.core.viewer import Grant, Viewer
from community.extensions import db
from community.posts import broadcasts, policies, queries, topics
from community.posts.drafting import Draft, Duplicate, StaleVersion
from community.posts.events import PostDeleted, PostPublished, PostRestored, PostUpdated
from community.posts.models import Post, PostRevision

SETTLING = dt.timedelta(minutes=5)
"""How long after publishing the author's changes before the first comment make no revision of their own."""


def save_draft(draft: Draft, *, by: Viewer, post: Post | None = None) -> Post:
    """Keep an unfinished post for its author, as a new draft or in the place of an older one.

    Raises `StaleVersion` when another tab saved or published the draft meanwhile.
    """
    require(policies.can_create(by, None))
    topics.check_category(draft, post, by)
    post = _taken_up(draft, by, post)
    if post.status != "DRAFT":
        raise StaleVersion(post)
    _check_version(post, draft)
    space = by.space(draft.space_id)
    _write(post, replace(draft, space_id=space.id if space is not None and space.readable else None))
    post.draft_tags, post.version, post.updated_at = draft.tags, post.version + 1, now()
    db.session.flush()
    return post


def publish_post(draft: Draft, *, by: Viewer, post: Post | None = None) -> Post:
    """Publish a new post, or a draft. Sending the same form again returns the first post.

    Raises `Duplicate` when the author published the same text within a day, and `StaleVersion` when another tab saved or
    published other words meanwhile.
    """
    require(policies.can_create(by, _space(by, draft)))
    _check_content(draft, by)
    space = by.space(draft.space_id)
    settled.check_kind(by, draft.kind)
    _check_kind(draft, space)
    topics.check_category(draft, post, by)
    if space is not None:
        communities.hold_space(space.id)
    post = _taken_up(draft, by, post)
    if post.status != "DRAFT":
        if (post.title, post.content) == (draft.title, draft.content):
            return post
        raise StaleVersion(post)
    _check_version(post, draft)
    if newcomers.is_newcomer(by):
        newcomers.check_newcomer_pace(by, queries.published_today(post.author_id), most=newcomers.POSTS, noun="posts")
    twin = queries.duplicate_of(post.author_id, _hash(draft.content), apart_from=post.id)
    if twin is not None:
        raise Duplicate(twin)
    at = now()
    _write(post, draft)
    post.status, post.published_at, post.last_activity_at, post.updated_at = "PUBLISHED", at, at, at
    post.draft_tags, post.version = [], post.version + 1
    topics.set_tags(post, draft.tags, by)
    _add_revision(post, by)
    db.session.flush()
    communities.count_post(post.author_id, post.community_id, post.space_id, 1, at=at, tag_ids=queries.tag_ids(post),
                           category_id=post.category_id)
    if space is not None and not space.is_member:
        communities.join_by_posting(space.id, by=by)
    record(PostPublished(post_id=post.id, community_id=post.community_id, space_id=post.space_id,
                         actor_user_id=by.user_id, kind=post.kind))
    broadcasts.published(post, by)
    return post


def edit_post(post: Post, draft: Draft, *, by: Viewer) -> Post:
    """Change title, text or tags of a published post; the older text stays as a revision.

    Changes within five minutes of publishing, before anybody commented, belong to the revision they correct.
    Raises `StaleVersion` when somebody else saved meanwhile: nothing is overwritten.
    """
    require(policies.can_edit(by, post))
    _check_content(draft, by)
    queries.lock_post(post)
    if post.status == "DRAFT":
        raise Conflict("This post is a draft.")
    _check_version(post, draft)
    topics.check_category(draft, post, by)
    before, had, at = _text_of(post), set(queries.tag_ids(post)), now()
    moves = post.category_id != draft.category_id
    topics.recategorise(post, draft)
    _write(post, draft)
    topics.set_tags(post, draft.tags, by)
    topics.recount_tags(post, had)
    after = _text_of(post)
    if before == after and not moves:
        return post
    post.version, post.rev, post.last_edited_at, post.updated_at = post.version + 1, post.rev + 1, at, at
    if _is_fresh(post, by, at):
        _correct_revision(post)
    else:
        _add_revision(post, by)
    db.session.flush()
    changed = tuple(name for name in ("title", "content", "tags") if before[name] != after[name])
    changed += ("category",) if moves else ()
    record(PostUpdated(post_id=post.id, community_id=post.community_id, actor_user_id=by.user_id, changed=changed))
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
    queries.lock_post(post)
    if post.deleted_at is None:
        return
    post.deleted_at = post.deleted_by = None
    _count(post, 1)
    record(PostRestored(post_id=post.id, community_id=post.community_id, actor_user_id=by.user_id))


def _taken_up(draft: Draft, by: Viewer, post: Post | None) -> Post:
    """The row to write to, under its lock: the draft named, what an earlier sending of the form made, or a new one."""
    return queries.lock_post(post or _sent_before(draft, by) or _insert(draft, by))


def _sent_before(draft: Draft, by: Viewer) -> Post | None:
    return queries.by_token(_author_id(by), draft.client_token) if draft.client_token else None


def _insert(draft: Draft, by: Viewer) -> Post:
    if by.community is None:
        raise Denied("Choose a community first.")
    at, token = now(), draft.client_token
    is_spent = bool(token) and queries.is_token_spent(_author_id(by), token)
    post = Post(community_id=by.community.id, author_id=_author_id(by), created_at=at, updated_at=at, last_activity_at=at,
                client_token=None if is_spent else token or None, status="DRAFT", version=0, rev=1, draft_tags=[])
    _write(post, replace(draft, space_id=None))
    try:
        with db.session.begin_nested():
            db.session.add(post)
    except IntegrityError:
        sent = _sent_before(draft, by)
        if sent is None:
            raise
        return sent
    return post


def _check_content(draft: Draft, by: Viewer) -> None:
    if not draft.content.strip():
        raise Invalid(fields={"content": "Write something first."})
    settled.check_length(by, draft.content, field="content")
    newcomers.check_newcomer_text(by, draft.content, field="content")


def _check_kind(draft: Draft, space: Grant | None) -> None:
    if space is not None and space.allowed_kinds and draft.kind not in space.allowed_kinds:
        raise Invalid(fields={"kind": f"{space.name} does not take this kind of post."})


def _check_version(post: Post, draft: Draft) -> None:
    if draft.version is not None and draft.version != post.version:
        raise StaleVersion(post)


def _write(post: Post, draft: Draft) -> None:
    if post.content != draft.content or post.renderer_version != RENDERER_VERSION:
        html = render(draft.content)
        words = word_count(html)
        post.content, post.content_html, post.content_hash = draft.content, html, _hash(draft.content)
        post.excerpt, post.word_count, post.reading_minutes = excerpt(html), words, reading_minutes(words)
        post.renderer_version = RENDERER_VERSION
    post.title, post.slug = draft.title, slug_of(draft.title)
    if post.status == "DRAFT":
        post.space_id, post.kind, post.category_id = draft.space_id, draft.kind, draft.category_id


def _text_of(post: Post) -> dict[str, object]:
    """What a revision holds."""
    return {"title": post.title, "content": post.content, "tags": queries.tag_names(post)}


def _is_fresh(post: Post, by: Viewer, at: dt.datetime) -> bool:
    """Whether a change now is still part of the first writing."""
    own = by.member is not None and by.member.id == post.author_id
    return (own and post.comment_count == 0 and post.published_at is not None
            and at <= post.published_at + SETTLING)


def _add_revision(post: Post, by: Viewer) -> None:
    post.current_revision += 1
    db.session.add(PostRevision(post_id=post.id, version=post.current_revision, editor_id=_author_id(by),
                                created_at=now(), **_text_of(post)))


def _correct_revision(post: Post) -> None:
    revision = queries.current_revision(post)
    revision.title, revision.content, revision.tags = post.title, post.content, queries.tag_names(post)


def _count(post: Post, by: int) -> None:
    if post.status in ("PUBLISHED", "ARCHIVED"):
        db.session.flush()
        communities.count_post(post.author_id, post.community_id, post.space_id, by, tag_ids=queries.tag_ids(post),
                               category_id=post.category_id)


def _space(by: Viewer, draft: Draft) -> Grant | None:
    """The space chosen. One the author may not read answers like any other page of it."""
    if draft.space_id is None:
        return None
    found = by.space(draft.space_id)
    if found is None:
        raise Invalid(fields={"space": "Choose a space of this community."})
    if not found.readable:
        raise NotFound
    return found


def _author_id(by: Viewer) -> int:
    if by.member is None:
        raise Denied("Join the community first.")
    return by.member.id


def _hash(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def count_comments(post: Post, by: int, at: dt.datetime | None) -> None:
    """Add to a post's comments and note its last activity; registered for the comments, which do not know posts.

    `at` is when a comment came (`by` > 0), or the time of the newest one that is left (None: the post stands alone).
    """
    latest = func.greatest(Post.last_activity_at, at) if by > 0 else func.coalesce(at, Post.published_at)
    _tally(post, comment_count=Post.comment_count + by, last_activity_at=latest)


def count_reactions(post: Post, likes: int, reactions: int) -> None:
    """Add to a post's likes and reactions; registered for the reactions, which do not know posts."""
    _tally(post, like_count=Post.like_count + likes, reaction_count=Post.reaction_count + reactions,
           top_score=Post.top_score + likes)


def forget_answer(post: Post, comment_id: int) -> None:
    """A comment is gone: where it was the accepted answer, the question is open again."""
    if post.accepted_comment_id == comment_id:
        _tally(post, accepted_comment_id=None, answered_at=None)


def _tally(post: Post, **values: object) -> None:
    """Change columns that others may be changing at the same time; everything shown raises `rev`."""
    statement = update(Post).where(Post.id == post.id).values(**values, rev=Post.rev + 1)
    db.session.execute(statement.execution_options(synchronize_session=False))
    db.session.expire(post, [*values, "rev"])
