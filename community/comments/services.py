"""Adding, changing and deleting comments."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from community.comments import broadcasts, policies, queries
from community.comments.events import CommentCreated, CommentDeleted, CommentRestored, CommentUpdated
from community.comments.models import Comment, CommentRevision
from community.communities import services as communities
from community.core import subjects
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid
from community.core.markdown import RENDERER_VERSION, render
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class Reply:
    """A comment as sent. `as_note` comments on a question instead of answering it."""

    body: str
    parent: Comment | None = None
    as_note: bool = False
    client_token: str = ""
    ip: str | None = None


def add_comment(post: subjects.Commentable, reply: Reply, *, by: Viewer) -> Comment:
    """Add a comment to a post this viewer may answer. Sending the same form again returns the first comment.

    Raises `Invalid` for a parent of another post and `Conflict` where comments are closed.
    """
    earlier = queries.by_token(_author_id(by), reply.client_token) if reply.client_token and by.member else None
    if earlier is not None:
        return earlier
    _require_open(by, post)
    comment = _insert(post, reply, by)
    if comment.parent_id is not None:
        _count_replies(comment.parent_id, 1)
    _count(comment, post, 1)
    record(CommentCreated(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          parent_id=comment.parent_id, actor_user_id=by.user_id))
    broadcasts.added(comment, post, by)
    return comment


def edit_comment(comment: Comment, body: str, post: subjects.Commentable, *, version: int | None, by: Viewer) -> Comment:
    """Change the text; the older one stays as a revision. Raises `Conflict` when it was changed meanwhile."""
    require(policies.can_edit(by, comment))
    queries.lock_comment(comment)
    if version is not None and version != comment.version:
        raise Conflict("This comment was changed in another place meanwhile. Nothing was overwritten.")
    if comment.content == body:
        return comment
    kept = queries.revision_count(comment)
    if kept == 0:
        _add_revision(comment, 1, by)
    comment.content, comment.content_html, comment.renderer_version = body, render(body), RENDERER_VERSION
    comment.edited_at, comment.version, comment.rev = now(), comment.version + 1, comment.rev + 1
    _add_revision(comment, max(kept, 1) + 1, by)
    record(CommentUpdated(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          actor_user_id=by.user_id))
    broadcasts.changed(comment, post, by)
    return comment


def delete_comment(comment: Comment, post: subjects.Commentable, *, by: Viewer) -> None:
    """Take a comment away. With living replies it becomes a tombstone, else it disappears."""
    require(policies.can_delete(by, comment))
    queries.lock_comment(comment)
    if comment.deleted_at is not None:
        return
    was_shown = comment.is_shown
    comment.deleted_at, comment.deleted_by, comment.rev = now(), _author_id(by), comment.rev + 1
    db.session.flush()
    if not policies.is_present(comment):
        _vanish(comment)
    if was_shown:
        _count(comment, post, -1)
    record(CommentDeleted(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          actor_user_id=by.user_id))
    broadcasts.changed(comment, post, by)


def restore_comment(comment: Comment, post: subjects.Commentable, *, by: Viewer) -> None:
    """Bring a deleted comment back in its place."""
    require(policies.can_restore(by, comment, at=now()))
    queries.lock_comment(comment)
    if comment.deleted_at is None:
        return
    was_present = policies.is_present(comment)
    comment.deleted_at = comment.deleted_by = None
    comment.rev += 1
    db.session.flush()
    if not was_present:
        _reappear(comment)
    if comment.is_shown:
        _count(comment, post, 1)
    record(CommentRestored(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                           actor_user_id=by.user_id))
    broadcasts.restored(comment, post, by)


def count_reactions(comment: Comment, likes: int, reactions: int) -> None:
    """Add to a comment's likes and reactions; registered for the reactions that do not know comments."""
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(
        like_count=Comment.like_count + likes, reaction_count=Comment.reaction_count + reactions,
        rev=Comment.rev + 1).execution_options(synchronize_session=False))
    db.session.expire(comment, ["like_count", "reaction_count", "rev"])


def _require_open(by: Viewer, post: subjects.Commentable) -> None:
    """Closed comments are a state of the post (409), everything else a right of the viewer (403)."""
    decision = policies.can_comment(by, "post", post)
    if not decision and (not post.allow_comments or post.comments_locked_reason):
        raise Conflict(decision.reason)
    require(decision)


def _insert(post: subjects.Commentable, reply: Reply, by: Viewer) -> Comment:
    parent, reply_to = _parent(post, reply.parent)
    number, at = queries.next_id(), now()
    comment = Comment(
        id=number, community_id=post.community_id, post_id=post.id, author_id=_author_id(by),
        parent_id=parent.id if parent else None, root_id=parent.root_id if parent else number,
        depth=parent.depth + 1 if parent else 0, path=[*(parent.path if parent else []), number], content=reply.body,
        content_html=render(reply.body), renderer_version=RENDERER_VERSION, reply_to_name=reply_to,
        is_answer=post.kind == "QUESTION" and parent is None and not reply.as_note, created_at=at, updated_at=at,
        client_token=reply.client_token or None, ip=reply.ip, status="PUBLISHED", moderation_status="AUTO_APPROVED", rev=1,
        version=1, reply_count=0, like_count=0, reaction_count=0)
    try:
        with db.session.begin_nested():
            db.session.add(comment)
    except IntegrityError:
        raise Conflict("This was sent already.") from None
    return comment


def _parent(post: subjects.Commentable, parent: Comment | None) -> tuple[Comment | None, str | None]:
    """Where the reply hangs, and whom it names when that is not the comment it answers."""
    if parent is None:
        return None, None
    if parent.post_id != post.id or not policies.is_present(parent):
        raise Invalid("The comment you answer is not there any more.")
    if parent.depth < MAX_DEPTH:
        return parent, None
    return db.session.get(Comment, parent.path[MAX_DEPTH - 1]), queries.author_name(parent)


def _count(comment: Comment, post: subjects.Commentable, by: int) -> None:
    count = subjects.kind("post").count_comments
    at = comment.created_at if by > 0 and comment.edited_at is None else None
    if count is not None:
        count(post, by, at)
    communities.count_comment(comment.author_id, comment.community_id, by, at=at)


def _count_replies(comment_id: int, by: int) -> int:
    """Add to the replies of a comment; returns how many it has now."""
    statement = update(Comment).where(Comment.id == comment_id).values(reply_count=Comment.reply_count + by)
    return db.session.execute(
        statement.returning(Comment.reply_count).execution_options(synchronize_session=False)).scalar_one()


def _vanish(comment: Comment) -> None:
    """The comment leaves its parent's count; tombstones above that were kept for it alone vanish as well."""
    parent_id = comment.parent_id
    while parent_id is not None:
        left = _count_replies(parent_id, -1)
        parent = db.session.get(Comment, parent_id, populate_existing=True)
        if parent is None or left > 0 or parent.is_shown:
            return
        parent_id = parent.parent_id


def _reappear(comment: Comment) -> None:
    """The comment is counted by its parent again; tombstones above that had vanished stand again."""
    parent_id = comment.parent_id
    while parent_id is not None:
        now_has = _count_replies(parent_id, 1)
        parent = db.session.get(Comment, parent_id, populate_existing=True)
        if parent is None or now_has > 1 or parent.is_shown:
            return
        parent_id = parent.parent_id


def _add_revision(comment: Comment, version: int, by: Viewer) -> None:
    first = version == 1
    db.session.add(CommentRevision(comment_id=comment.id, version=version, content=comment.content,
                                   editor_id=comment.author_id if first else _author_id(by),
                                   created_at=comment.created_at if first else now()))


def _author_id(by: Viewer) -> int:
    if by.member is None:
        raise Denied("Join the community first.")
    return by.member.id
