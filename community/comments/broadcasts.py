"""Comments to everybody who has the post open."""

from __future__ import annotations

from community.comments import policies, queries, threads
from community.comments.models import Comment
from community.core import broadcast, subjects
from community.core.fragments import appended, fragment, partial, replaced
from community.core.ids import dom_id
from community.core.viewer import Viewer, unrelated


def added(comment: Comment, post: subjects.Commentable, by: Viewer) -> None:
    """The comment in its place, and the new count."""
    broadcast.push(_topic(post), in_place(comment, post, by), author_id=_user(by))
    _counted(post)


def changed(comment: Comment, post: subjects.Commentable, by: Viewer) -> None:
    """The comment as it is now: its text, a tombstone, or nothing."""
    broadcast.push(_topic(post), as_it_is(comment, post, by), author_id=_user(by) if comment.is_shown else None)
    _counted(post)


def as_it_is(comment: Comment, post: subjects.Commentable, by: Viewer) -> str:
    """A partial that puts the comment, its tombstone or nothing in its place."""
    if not policies.is_present(comment):
        return partial(f"li:has(> #c-{comment.public_id})", "", swap="delete")
    html = fragment("comments/_article.html", comment=threads.single(unrelated(by), post, comment))
    return replaced(f"c-{comment.public_id}", html)


def restored(comment: Comment, post: subjects.Commentable, by: Viewer) -> None:
    """A comment that came back has to be put where it was: open pages fetch their thread anew."""
    broadcast.hint(_topic(post), "comments:changed", id=str(comment.public_id))
    _counted(post)


def in_place(comment: Comment, post: subjects.Commentable, by: Viewer) -> str:
    """The comment as a partial that appends it where it belongs."""
    shown = threads.single(unrelated(by), post, comment)
    return appended(_list_id(comment, post), fragment("comments/_comment.html", comment=shown))


def count_partial(post: subjects.Commentable) -> str:
    """The counter of a post's comments."""
    html = fragment("comments/_count.html", post_public_id=str(post.public_id), count=post.comment_count, rev=post.rev)
    return replaced(f"comment-count-{post.public_id}", html)


def _counted(post: subjects.Commentable) -> None:
    broadcast.publish_counter(_topic(post), f"comment-count-{post.public_id}", count_partial(post))


def _list_id(comment: Comment, post: subjects.Commentable) -> str:
    if comment.parent_id is not None:
        return f"replies-{queries.peek(comment.parent_id).public_id}"
    if post.kind == "QUESTION" and not comment.is_answer:
        return dom_id(post, "notes")
    return dom_id(post, "thread")


def _topic(post: subjects.Commentable) -> str:
    return subjects.kind("post").topic_of(post)


def _user(by: Viewer) -> str | None:
    return by.user.public_id if by.user else None
