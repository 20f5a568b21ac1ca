"""Adding, changing and deleting comments."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from community.comments import broadcasts, policies, queries
from community.comments.events import CommentCreated, CommentDeleted, CommentRestored, CommentUpdated
from community.comments.models import Comment, CommentRevision
from community.communities import services as communities
from community.communities.policies import can_write_here, newcomers, settled
from community.core import subjects
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid
from community.core.markdown import RENDERER_VERSION, render
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

SETTLING = dt.timedelta(minutes=2)
"""How long after writing the author's changes before the first reply leave no trace."""


class StaleComment(Conflict):
    """Somebody else saved the comment meanwhile; both texts have to be shown."""

    message = "This comment was changed in another place meanwhile. Nothing was overwritten."

    def __init__(self, comment: Comment) -> None:
        self.comment = comment
        super().__init__()


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
    earlier = _sent_before(post, reply, by)
    if earlier is not None:
        return earlier
    _require_open(by, post)
    if reply.parent is not None:
        require(policies.can_answer(by, reply.parent))
    newcomers.check_newcomer_text(by, reply.body, field="body")
    if newcomers.is_newcomer(by):
        newcomers.check_newcomer_pace(by, queries.written_today(_author_id(by)), most=newcomers.COMMENTS, noun="comments")
    settled.check_pause(by, queries.last_written_at(_author_id(by)))
    comment = _new(post, reply, by)
    try:
        with db.session.begin_nested():
            db.session.add(comment)
    except IntegrityError:
        earlier = _sent_before(post, reply, by)
        if earlier is None:
            raise
        return earlier
    if comment.parent_id is not None:
        _count_replies(comment.parent_id, 1)
    _count(comment, post, 1, at=comment.created_at, is_new=True)
    record(CommentCreated(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          parent_id=comment.parent_id, answered_id=reply.parent.id if reply.parent else None,
                          actor_user_id=by.user_id))
    broadcasts.added(comment, post, by)
    return comment


def edit_comment(comment: Comment, body: str, post: subjects.Commentable, *, version: int | None, by: Viewer) -> Comment:
    """Change the text; the older one stays as a revision. Raises `StaleComment` when it was changed meanwhile.

    Changes within two minutes of writing, before anybody replied, belong to the first text.
    """
    require(policies.can_edit(by, comment))
    queries.lock_comment(comment)
    require(policies.can_edit(by, comment))
    newcomers.check_newcomer_text(by, body, field="body")
    if version is not None and version != comment.version:
        raise StaleComment(comment)
    if comment.content == body:
        return comment
    at = now()
    is_fresh = comment.edited_at is None and comment.reply_count == 0 and at <= comment.created_at + SETTLING
    kept = 0 if is_fresh else queries.revision_count(comment)
    if not is_fresh and kept == 0:
        _add_revision(comment, 1, by)
    comment.content, comment.content_html, comment.renderer_version = body, render(body), RENDERER_VERSION
    comment.version, comment.rev, comment.updated_at = comment.version + 1, comment.rev + 1, at
    if not is_fresh:
        comment.edited_at = at
        _add_revision(comment, max(kept, 1) + 1, by)
    db.session.flush()
    record(CommentUpdated(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          actor_user_id=by.user_id))
    broadcasts.changed(comment, post, by)
    return comment


def delete_comment(comment: Comment, post: subjects.Commentable, *, by: Viewer) -> Comment:
    """Take a comment away. With living replies it becomes a tombstone, else it disappears.

    Returns the topmost comment that left the page or changed on it: tombstones kept for this one alone go with it.
    """
    require(policies.can_delete(by, comment))
    queries.lock_comment(comment)
    if comment.deleted_at is not None:
        return comment
    was_shown, was_present = comment.is_shown, policies.is_present(comment)
    comment.deleted_at, comment.deleted_by, comment.rev = now(), _author_id(by), comment.rev + 1
    db.session.flush()
    topmost = _vanish(comment) if was_present and not policies.is_present(comment) else comment
    if was_shown:
        _count(comment, post, -1, at=queries.newest(post.id))
    _forget_answer(post, comment)
    record(CommentDeleted(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                          actor_user_id=by.user_id))
    broadcasts.changed(topmost, post, by)
    return topmost


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
    if policies.is_present(comment) and not was_present:
        _reappear(comment)
    if comment.is_shown:
        _count(comment, post, 1, at=comment.created_at)
    record(CommentRestored(comment_id=comment.id, post_id=post.id, community_id=post.community_id,
                           actor_user_id=by.user_id))
    broadcasts.restored(comment, post, by)


def count_reactions(comment: Comment, likes: int, reactions: int) -> None:
    """Add to a comment's likes and reactions; registered for the reactions that do not know comments."""
    db.session.execute(update(Comment).where(Comment.id == comment.id).values(
        like_count=Comment.like_count + likes, reaction_count=Comment.reaction_count + reactions,
        rev=Comment.rev + 1).execution_options(synchronize_session=False))
    db.session.expire(comment, ["like_count", "reaction_count", "rev"])


def _sent_before(post: subjects.Commentable, reply: Reply, by: Viewer) -> Comment | None:
    """What an earlier sending of the same form made. Raises `Conflict` when that stands elsewhere or is gone."""
    if not reply.client_token or by.member is None:
        return None
    found = queries.by_token(by.member.id, reply.client_token)
    if found is not None and (found.post_id != post.id or found.deleted_at is not None):
        raise Conflict("This form was used already. Load the page again to write something new.")
    return found


def _require_open(by: Viewer, post: subjects.Commentable) -> None:
    """Rights of the viewer come first (403), then the state of the post, which is the same for all (409)."""
    closed = subjects.kind("post").closed_reason
    reason = closed(post) if closed is not None else None
    if reason is not None and can_write_here(by):
        raise Conflict(reason)
    require(policies.can_comment(by, "post", post))


def _new(post: subjects.Commentable, reply: Reply, by: Viewer) -> Comment:
    parent, reply_to = _parent(post, reply.parent, deepest=settled.settled(by).comment_max_depth)
    number, at = queries.next_id(), now()
    return Comment(
        id=number, community_id=post.community_id, post_id=post.id, author_id=_author_id(by),
        parent_id=parent.id if parent else None, root_id=parent.root_id if parent else number,
        depth=parent.depth + 1 if parent else 0, path=[*(parent.path if parent else []), number], content=reply.body,
        content_html=render(reply.body), renderer_version=RENDERER_VERSION, reply_to_name=reply_to,
        is_answer=post.kind == "QUESTION" and parent is None and not reply.as_note, created_at=at, updated_at=at,
        client_token=reply.client_token or None, ip=reply.ip, status="PUBLISHED", moderation_status="AUTO_APPROVED", rev=1,
        version=1, reply_count=0, like_count=0, reaction_count=0)


def _parent(post: subjects.Commentable, answered: Comment | None, *, deepest: int) -> tuple[Comment | None, str | None]:
    """Where the reply hangs, under its lock, and whom it names when that is not the comment it answers."""
    if answered is None:
        return None, None
    if answered.post_id != post.id or not policies.is_present(queries.lock_comment(answered)):
        raise Invalid("The comment you answer is not there any more.")
    if answered.depth < deepest:
        return answered, None
    parent = queries.lock_comment(queries.peek(answered.path[deepest - 1]))
    return parent, queries.author_name(answered) if answered.is_shown else None


def _count(comment: Comment, post: subjects.Commentable, by: int, *, at: dt.datetime | None, is_new: bool = False) -> None:
    count = subjects.kind("post").count_comments
    if count is not None:
        count(post, by, at)
    communities.count_comment(comment.author_id, comment.community_id, post.space_id, by, at=at if is_new else None)


def _forget_answer(post: subjects.Commentable, comment: Comment) -> None:
    forget = subjects.kind("post").forget_answer
    if forget is not None and comment.is_answer:
        forget(post, comment.id)


def _count_replies(comment_id: int, by: int) -> int:
    """Add to the replies of a comment; returns how many it has now."""
    statement = update(Comment).where(Comment.id == comment_id).values(reply_count=Comment.reply_count + by)
    return db.session.execute(
        statement.returning(Comment.reply_count).execution_options(synchronize_session=False)).scalar_one()


def _vanish(comment: Comment) -> Comment:
    """The comment leaves its parent's count; tombstones above that were kept for it alone vanish as well.

    Returns the topmost of those that left.
    """
    while comment.parent_id is not None:
        left = _count_replies(comment.parent_id, -1)
        parent = db.session.get_one(Comment, comment.parent_id, populate_existing=True)
        if left > 0 or parent.is_shown:
            break
        comment = parent
    return comment


def _reappear(comment: Comment) -> None:
    """The comment is counted by its parent again; tombstones above that had vanished stand again."""
    while comment.parent_id is not None:
        has = _count_replies(comment.parent_id, 1)
        parent = db.session.get_one(Comment, comment.parent_id, populate_existing=True)
        if has > 1 or parent.is_shown:
            return
        comment = parent


def _add_revision(comment: Comment, version: int, by: Viewer) -> None:
    first = version == 1
    db.session.add(CommentRevision(comment_id=comment.id, version=version, content=comment.content,
                                   editor_id=comment.author_id if first else _author_id(by),
                                   created_at=comment.created_at if first else now()))


def _author_id(by: Viewer) -> int:
    if by.member is None:
        raise Denied("Join the community first.")
    return by.member.id
