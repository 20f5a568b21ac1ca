"""Comments that come from elsewhere, with their history, their score and the times they had there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from community.comments.models import Comment, CommentRevision
from community.core import bulk
from community.core.clock import now
from community.core.markdown import RENDERER_VERSION, render
from community.extensions import db

CONTENT_MAX = 40_000


@dataclass(frozen=True, slots=True)
class ImportedRevision:
    """A text as it once stood. `editor_id` is a member, or nobody known."""

    editor_id: int | None
    content: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """A comment under the id it was given by `reserve`. A parent is a root comment of the same post."""

    id: int
    post_id: int
    author_id: int
    content: str
    created_at: dt.datetime
    score: int
    is_answer: bool = False
    parent_id: int | None = None
    edited_at: dt.datetime | None = None
    revisions: Sequence[ImportedRevision] = field(default_factory=list)
    """In the order in which they were made; empty where the text never changed."""


def reserve(count: int) -> list[int]:
    """Ids for comments. They have to be given out in the order of time: it is the order of the thread."""
    return bulk.reserve_ids(Comment, count)


def posts_of(comment_ids: Collection[int]) -> dict[int, int]:
    """The post of each comment, by the comment's id."""
    found = select(Comment.id, Comment.post_id).where(bulk.among(Comment.id, comment_ids))
    return {row.id: row.post_id for row in db.session.execute(found)}


def add_comments(community_id: int, comments: Sequence[ImportedComment]) -> list[list[int]]:
    """Add comments as of the times they carry; returns the ids of the revisions of each.

    Parents stand before their replies, here or in the database. Publishes no event; but for the replies of a comment,
    counters are the caller's.
    """
    numbers = iter(bulk.reserve_ids(CommentRevision, sum(len(comment.revisions) for comment in comments)))
    revision_ids = [[next(numbers) for _ in comment.revisions] for comment in comments]
    at = now()
    bulk.copy_rows(
        Comment,
        ("id", "community_id", "post_id", "author_id", "parent_id", "root_id", "depth", "path", "content", "content_html",
         "renderer_version", "is_answer", "imported_score", "version", "edited_at", "created_at", "updated_at"),
        ((comment.id, community_id, *_values(comment, at)) for comment in comments))
    bulk.copy_rows(CommentRevision, ("id", "comment_id", "version", "editor_id", "content", "created_at"),
                   _revisions(comments, revision_ids))
    bulk.add_each(Comment, "reply_count", _replies(comments))
    return revision_ids


def _values(comment: ImportedComment, at: dt.datetime) -> tuple[object, ...]:
    parent = comment.parent_id
    path = [comment.id] if parent is None else [parent, comment.id]
    return (
        comment.post_id, comment.author_id, parent, path[0], len(path) - 1, path, comment.content, render(comment.content),
        RENDERER_VERSION, comment.is_answer, comment.score, max(1, len(comment.revisions)), comment.edited_at,
        comment.created_at, at)


def _replies(comments: Sequence[ImportedComment]) -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for comment in comments:
        if comment.parent_id is not None:
            counts[comment.parent_id] = counts.get(comment.parent_id, 0) + 1
    return counts


def _revisions(comments: Sequence[ImportedComment], ids: Sequence[Sequence[int]]) -> Iterator[tuple[object, ...]]:
    for comment, numbers in zip(comments, ids, strict=True):
        for version, (number, old) in enumerate(zip(numbers, comment.revisions, strict=True), start=1):
            yield number, comment.id, version, old.editor_id, old.content, old.created_at
