"""Who may read a post, and who may do what with it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, false, or_, true

from community.accounts import policies as accounts
from community.communities import policies as communities
from community.communities.policies import settled
from community.core.authz import Decision, Deny
from community.core.viewer import Grant, Viewer
from community.posts.models import Post

HIDDEN = ("REJECTED", "SHADOW_BANNED")
RESTORE_WITHIN = dt.timedelta(days=30)


def can_read(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer, in the community at hand, reads this post. `visible_posts` is its twin."""
    return post.deleted_at is None and would_read(viewer, post)


def would_read(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer reads this post, or would if it were not deleted."""
    if viewer.community is None or viewer.community.id != post.community_id:
        return False
    if not communities.can_read_community(viewer):
        return False
    if post.status == "DRAFT" and _is_author(viewer, post):
        return True
    if not reads_place(viewer, post):
        return False
    if post.status in ("PUBLISHED", "ARCHIVED") and post.moderation_status not in HIDDEN:
        return True
    if _is_author(viewer, post) and post.status != "REMOVED":
        return True
    if post.status in ("FLAGGED", "REMOVED") or post.moderation_status in HIDDEN:
        return is_staff_of(viewer, post)
    return viewer.is_admin


def is_staff_of(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer looks after what the post stands in: the community, or its space alone."""
    return communities.is_staff_in(viewer, viewer.space(post.space_id))


def reads_place(viewer: Viewer, post: Post) -> bool:
    """Whether the viewer reads what stands where the post stands."""
    return communities.can_read_community(viewer) and (
        post.space_id is None or post.space_id in viewer.readable_space_ids)


def visible_posts(viewer: Viewer) -> ColumnElement[bool]:
    """The posts of the community at hand that the viewer reads; lists add `status = 'PUBLISHED'`."""
    if viewer.community is None or not communities.can_read_community(viewer):
        return false()
    here = and_(Post.community_id == viewer.community.id, Post.deleted_at.is_(None))
    place = or_(Post.space_id.is_(None), Post.space_id.in_(viewer.readable_space_ids))
    shown = shown_posts()
    mine: ColumnElement[bool] = false()
    if viewer.member is not None and viewer.reads_as_member:
        mine = Post.author_id == viewer.member.id
    own = and_(mine, Post.status != "REMOVED")
    held = or_(Post.status.in_(("FLAGGED", "REMOVED")), Post.moderation_status.in_(HIDDEN))
    in_mine = Post.space_id.in_(communities.staffed_space_ids(viewer))
    staff = held if viewer.is_staff else and_(held, in_mine)
    admin = true() if viewer.is_admin else false()
    return and_(here, or_(and_(place, or_(shown, own, staff, admin)), and_(mine, Post.status == "DRAFT")))


def shown_posts() -> ColumnElement[bool]:
    """Posts in the states in which everybody who reads the place reads them."""
    return and_(Post.status.in_(("PUBLISHED", "ARCHIVED")), Post.deleted_at.is_(None), Post.moderation_status.not_in(HIDDEN))


def listed_posts() -> ColumnElement[bool]:
    """What feeds and profiles show of the posts that may be read: nothing held, removed, archived or unpublished."""
    return and_(Post.status == "PUBLISHED", Post.deleted_at.is_(None), Post.moderation_status.not_in(HIDDEN))


def can_create(by: Viewer, space: Grant | None) -> Decision:
    """Starting a post in a space, or outside of spaces."""
    if space is not None and not space.readable:
        return Deny("Only those who read this space post in it.")
    return communities.can_post_in(by, space)


def can_edit(by: Viewer, post: Post) -> Decision:
    """The text: its author, while the author may write at all; staff for cause comes with moderation."""
    allowed = communities.can_write_here(by)
    if not allowed:
        return allowed
    if not _is_author(by, post):
        return Deny("Only its author edits this post.")
    if post.status in ("REMOVED", "FLAGGED"):
        return Deny("This post is under review.")
    return settled.can_still_edit(by, post.published_at if post.status != "DRAFT" else None)


def can_delete(by: Viewer, post: Post) -> Decision:
    """Its author, and the staff of the community or of its space."""
    allowed = communities.can_write_here(by)
    if not allowed:
        return allowed
    if post.status == "REMOVED":
        return Deny("This post was removed by a moderator.")
    return True if _is_author(by, post) or is_staff_of(by, post) else Deny("Only its author or a moderator deletes this post.")


def can_restore(by: Viewer, post: Post, *, at: dt.datetime) -> Decision:
    """Whoever deleted it, or staff who read it before, within 30 days."""
    allowed = communities.can_write_here(by)
    if not allowed:
        return allowed
    if post.deleted_at is None or post.deleted_at < at - RESTORE_WITHIN:
        return Deny("It is too late to bring this post back.")
    deleted_it = by.member is not None and post.deleted_by == by.member.id
    if would_read(by, post) and (deleted_it or is_staff_of(by, post)):
        return True
    return Deny("Only who deleted this post brings it back.")


def closed_reason(post: Post) -> str | None:
    """Why nobody comments on the post at present, whoever asks; None while its thread is open."""
    if post.status == "ARCHIVED":
        return "This post is archived."
    if post.status != "PUBLISHED":
        return "This post is not published."
    if not post.allow_comments or post.comments_locked_reason:
        return post.comments_locked_reason or "Comments are closed here."
    return None


def can_comment(by: Viewer, post: Post) -> Decision:
    """Whoever may write where the post stands, while its comments are open."""
    reason = closed_reason(post)
    if reason:
        return Deny(reason)
    allowed = communities.can_comment_in(by, by.space(post.space_id))
    return accounts.can_meet(by, member_id=post.author_id) if allowed else allowed


def can_react(by: Viewer, post: Post) -> Decision:
    """Reactions to a post and its comments: while it is published and not archived."""
    if post.status != "PUBLISHED":
        return Deny("Reactions are closed here.")
    return communities.can_comment_in(by, by.space(post.space_id))


def can_accept_answer(by: Viewer, post: Post) -> Decision:
    """The one who asked, and the staff."""
    allowed = communities.can_write_here(by)
    if not allowed:
        return allowed
    if post.kind != "QUESTION":
        return Deny("Only questions have an accepted answer.")
    return True if _is_author(by, post) or is_staff_of(by, post) else Deny("Only the person who asked accepts an answer.")


def _is_author(viewer: Viewer, post: Post) -> bool:
    return viewer.member is not None and viewer.reads_as_member and viewer.member.id == post.author_id
