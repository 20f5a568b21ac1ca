"""Reading threads: roots by page, with the first replies of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, case, column, func, literal, select, true, tuple_
from sqlalchemy.orm import aliased

from community.accounts.models import Profile, User
from community.accounts.people import person_columns
from community.accounts.policies import hidden_members
from community.comments import policies
from community.comments.models import Comment, CommentRevision
from community.communities.models import Member
from community.core import subjects
from community.core.clock import now
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db

PREVIEW_REPLIES = 3
BRANCH = 50
DAY = dt.timedelta(days=1)
SORTS = ("oldest", "newest", "top")


def get_comment(viewer: Viewer, post: subjects.Subject, public_id: uuid.UUID) -> Comment:
    """A comment of a post the viewer has loaded, in its place in the thread. Raises `NotFound`."""
    found = get_any_comment(viewer, post, public_id)
    if not policies.is_present(found):
        raise NotFound
    return found


def get_any_comment(viewer: Viewer, post: subjects.Subject, public_id: uuid.UUID) -> Comment:
    """The same, also when it is gone: for who may bring it back. Raises `NotFound`."""
    found = db.session.scalars(select(Comment).where(Comment.public_id == public_id)).first()
    if found is None or found.post_id != post.id or viewer.community is None:
        raise NotFound
    return found


def find_comment(viewer: Viewer, post: subjects.Subject, public_id: uuid.UUID) -> Comment | None:
    """A comment in its place in the thread, or None when it is not there any more."""
    try:
        return get_comment(viewer, post, public_id)
    except NotFound:
        return None


def load(viewer: Viewer, number: int) -> Comment:
    """A comment by id that stands in a thread the viewer reads. Raises `NotFound`."""
    found = db.session.get(Comment, number)
    if found is None or not policies.is_present(found):
        raise NotFound
    subjects.load(viewer, "post", found.post_id)
    return found


def load_public(viewer: Viewer, public_id: uuid.UUID) -> Comment:
    """A comment by UUID, whose post the viewer reads. Raises `NotFound`."""
    number = db.session.scalar(select(Comment.id).where(Comment.public_id == public_id))
    return load(viewer, number or 0)


def peek(number: int) -> Comment:
    """A comment by id, of a thread that was loaded as a viewer already."""
    return db.session.get_one(Comment, number)


def lock_comment(comment: Comment) -> Comment:
    """The same comment, read again under a row lock. Locks are taken from replies up to their roots, then the post's."""
    db.session.refresh(comment, with_for_update={"key_share": True})
    return comment


def roots(viewer: Viewer, post_id: int, *, sort: str, limit: int, after: tuple[Any, int] | None, answers: bool | None = None,
          skip: int | None = None, reveal: int | None = None) -> Sequence[Any]:
    """Roots of a thread in the order of `sort`, one more than `limit`, behind the key of the last one seen.

    `answers` narrows to answers or to plain comments; `skip` leaves out the accepted answer, which stands first. Of people
    the viewer does not meet come only the places, without text; `reveal` names the comment that is read all the same.
    """
    key, descending = _order(sort)
    statement = _rows(viewer, reveal).where(Comment.post_id == post_id, Comment.parent_id.is_(None), policies.present_comments())
    if answers is not None:
        statement = statement.where(Comment.is_answer.is_(answers))
    if skip is not None:
        statement = statement.where(Comment.id != skip)
    if after is not None:
        mark, last = tuple_(key, Comment.id), tuple_(*after)
        statement = statement.where(mark < last if descending else mark > last)
    ordered = (key.desc(), Comment.id.desc()) if descending else (key, Comment.id)
    return db.session.execute(statement.order_by(*ordered).limit(limit + 1)).all()


def top_key(row: Any) -> int:  # noqa: ANN401 - a row of `roots`
    """The key of a root in the order *top*."""
    return int(row.like_count + (row.imported_score or 0))


def previews(viewer: Viewer, root_ids: Sequence[int], *, reveal: int | None = None) -> Sequence[Any]:
    """The first replies of each branch in thread order, and one more to know that there are more.

    The cost depends on the roots shown, not on how long their branches are.
    """
    if not root_ids:
        return []
    ids = literal(list(root_ids), ARRAY(BigInteger))
    wanted = func.unnest(ids).table_valued(column("root", BigInteger)).render_derived(name="wanted")
    reply = aliased(Comment)
    first = (select(reply.id).where(reply.root_id == wanted.c.root, reply.parent_id.is_not(None),
                                    policies.present_comments(reply))
             .order_by(reply.path).limit(PREVIEW_REPLIES + 1).lateral("first"))
    chosen = select(first.c.id).select_from(wanted.join(first, true()))
    return db.session.execute(_rows(viewer, reveal).where(Comment.id.in_(chosen)).order_by(Comment.path)).all()


def branch(viewer: Viewer, root_id: int, *, after: Sequence[int], reveal: int | None = None) -> Sequence[Any]:
    """The rest of a branch in thread order, behind the path of the last reply seen; one more than a page of it."""
    statement = (_rows(viewer, reveal).where(Comment.root_id == root_id, Comment.id != root_id, Comment.path > list(after),
                               policies.present_comments()).order_by(Comment.path).limit(BRANCH + 1))
    return db.session.execute(statement).all()


def rows_of(viewer: Viewer, ids: Sequence[int], *, reveal: int | None = None) -> Sequence[Any]:
    """Single comments as rows of a thread, in thread order."""
    if not ids:
        return []
    return db.session.execute(_rows(viewer, reveal).where(Comment.id.in_(ids)).order_by(Comment.path)).all()


def public_ids(ids: Sequence[int]) -> dict[int, uuid.UUID]:
    """What the pages call comments, by id."""
    if not ids:
        return {}
    rows = db.session.execute(select(Comment.id, Comment.public_id).where(Comment.id.in_(ids)))
    return {row.id: row.public_id for row in rows}


def branch_sizes(root_ids: Sequence[int]) -> dict[int, int]:
    """How many replies present each branch has in all."""
    if not root_ids:
        return {}
    rows = db.session.execute(
        select(Comment.root_id, func.count()).where(Comment.root_id.in_(root_ids), Comment.parent_id.is_not(None),
                                                    policies.present_comments()).group_by(Comment.root_id))
    return {root_id: count for root_id, count in rows if root_id is not None}


def by_token(author_id: int, client_token: str) -> Comment | None:
    """The comment an earlier sending of the same form made."""
    return db.session.scalars(
        select(Comment).where(Comment.author_id == author_id, Comment.client_token == client_token)).first()


def written_today(author_id: int) -> int:
    """How many comments somebody wrote in the last 24 hours, deleted ones included."""
    return db.session.scalar(select(func.count()).select_from(Comment).where(
        Comment.author_id == author_id, Comment.created_at > now() - DAY)) or 0


def last_written_at(author_id: int) -> dt.datetime | None:
    """When somebody wrote their last comment, deleted ones included."""
    return db.session.scalar(select(func.max(Comment.created_at)).where(
        Comment.author_id == author_id, Comment.created_at > now() - DAY))


def author_name(comment: Comment) -> str:
    return db.session.execute(
        select(Profile.display_name).join(Member, Member.user_id == Profile.user_id)
        .where(Member.id == comment.author_id)).scalar_one()


def next_id() -> int:
    """An id taken from the sequence before the row exists, because the path holds it."""
    found: int = db.session.execute(select(func.nextval(func.pg_get_serial_sequence("comments", "id")))).scalar_one()
    return found


def newest(post_id: int) -> dt.datetime | None:
    """When the newest comment that is shown was written."""
    return db.session.scalar(select(func.max(Comment.created_at)).where(Comment.post_id == post_id, policies.shown_comments()))


def revision_count(comment: Comment) -> int:
    statement = select(func.max(CommentRevision.version)).where(CommentRevision.comment_id == comment.id)
    return db.session.scalar(statement) or 0


def _order(sort: str) -> tuple[Any, bool]:
    if sort == "top":
        return Comment.like_count + func.coalesce(Comment.imported_score, 0), True
    return Comment.created_at, sort == "newest"


def _rows(viewer: Viewer, reveal: int | None) -> Select[*tuple[Any, ...]]:
    hidden = hidden_members(viewer, "thread")
    is_hidden: ColumnElement[bool] = literal(False)
    text: Any = Comment.content_html
    if hidden:
        is_hidden = and_(Comment.author_id == func.any(literal(hidden, ARRAY(BigInteger))), Comment.id != (reveal or 0))
        text = case((is_hidden, ""), else_=Comment.content_html)
    return (select(
        Comment.id, Comment.public_id, Comment.post_id, Comment.parent_id, Comment.root_id, Comment.depth, Comment.path,
        text.label("content_html"), is_hidden.label("is_hidden"), Comment.reply_to_name, Comment.is_answer, Comment.status,
        Comment.moderation_status,
        Comment.like_count, Comment.imported_score, Comment.reply_count, Comment.rev, Comment.created_at,
        Comment.edited_at, Comment.deleted_at, Comment.deleted_by, Comment.author_id, Member.role, *person_columns())
        .select_from(Comment).join(Member, Member.id == Comment.author_id)
        .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id))
