"""Who may do what with comments. Who reads a subject reads its comments."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_

from community.accounts.policies import can_meet
from community.comments.models import Comment
from community.communities.policies import can_write_here, settled
from community.core import subjects
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer

HIDDEN = ("REJECTED", "SHADOW_BANNED")
RESTORE_WITHIN = dt.timedelta(days=30)


def is_present(comment: Comment) -> bool:
    """Whether the comment has a place in the thread: shown, or a tombstone above living replies."""
    return comment.is_shown or comment.reply_count > 0


def present_comments(rows: type[Comment] = Comment) -> ColumnElement[bool]:
    """The SQL twin of `is_present`; `rows` may be an alias."""
    return or_(shown_comments(rows), rows.reply_count > 0)


def shown_comments(rows: type[Comment] = Comment) -> ColumnElement[bool]:
    """Comments whose text every reader of the subject reads."""
    return and_(rows.deleted_at.is_(None), rows.status == "PUBLISHED", rows.moderation_status.not_in(HIDDEN))


def can_comment(by: Viewer, kind: str, subject: subjects.Subject) -> Decision:
    """Whoever the domain of the subject lets comment on it."""
    decide = subjects.kind(kind).can_comment
    return decide(by, subject) if decide is not None else Deny("This cannot be commented.")


def can_answer(by: Viewer, comment: Comment) -> Decision:
    """Replying to a comment of somebody one is not kept apart from."""
    return can_meet(by, member_id=comment.author_id)


def can_edit(by: Viewer, comment: Comment) -> Decision:
    """The author, while the comment is shown."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    if not _is_author(by, comment):
        return Deny("Only its author edits this comment.")
    return settled.can_still_edit(by, comment.created_at) if comment.is_shown else Deny("This comment is gone.")


def can_delete(by: Viewer, comment: Comment) -> Decision:
    """The author and the staff."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    return True if _is_author(by, comment) or by.is_staff else Deny("Only its author or a moderator deletes this.")


def can_restore(by: Viewer, comment: Comment, *, at: dt.datetime) -> Decision:
    """Who deleted it (undo) or staff, within 30 days."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    if comment.deleted_at is None or comment.deleted_at < at - RESTORE_WITHIN:
        return Deny("It is too late to bring this comment back.")
    deleted_it = by.member is not None and comment.deleted_by == by.member.id
    return True if deleted_it or by.is_staff else Deny("Only who deleted this comment brings it back.")


def can_react(by: Viewer, comment: Comment, post: subjects.Subject) -> Decision:
    """Reactions go to what is shown, below a post that takes reactions itself."""
    allowed = subjects.kind("post").can_react(by, post)
    if not allowed:
        return allowed
    return True if comment.is_shown else Deny("This comment is gone.")


def _is_author(by: Viewer, comment: Comment) -> bool:
    return by.member is not None and by.member.id == comment.author_id
