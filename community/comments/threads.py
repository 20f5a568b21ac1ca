"""A page of a thread, ready for its template: nested, with reactions, without the viewer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from community.accounts.people import Person, person_of
from community.comments import policies, queries
from community.comments.models import Comment
from community.core import paging, subjects
from community.core.markdown import as_markup
from community.core.paging import Cursor, Page
from community.core.viewer import Viewer
from community.reactions import queries as reactions
from community.reactions.queries import Bar, Target

ROOTS = 20
STAFF_LABELS = {"OWNER": "Owner", "ADMIN": "Admin", "MODERATOR": "Moderator"}


@dataclass
class Shown:
    """A comment as the page shows it; a tombstone has neither author nor text."""

    dom_prefix = "c"
    public_id: str
    post_public_id: str
    rev: int
    depth: int
    is_gone: bool
    gone_text: str
    author: Person | None
    badge: str
    html: Markup
    reply_to_name: str | None
    created_at: dt.datetime
    edited_at: dt.datetime | None
    score: int | None
    is_note: bool
    is_accepted: bool
    url: str
    permalink: str
    bar: Bar
    replies: list[Shown] = field(default_factory=list)
    more: int = 0
    more_url: str = ""


@dataclass(frozen=True)
class Thread:
    """One page of the comments of a post."""

    post_public_id: str
    post_url: str
    page_url: str
    sort: str
    is_question: bool
    accepted: Shown | None
    notes: Sequence[Shown]
    roots: Page[Shown]
    marks: Sequence[str]
    count: int
    rev: int


@dataclass(frozen=True)
class Branch:
    """More replies of one root, nested."""

    replies: Sequence[Shown]
    marks: Sequence[str]
    more_url: str


class Builder:
    """Makes comments of rows. `base` is the post's address without the slug, `page` its page."""

    def __init__(self, viewer: Viewer, post: subjects.Commentable) -> None:
        self.viewer, self.post = viewer, post
        self.page, self.base = subjects.kind("post").url_of(post), subjects.kind("post").base_of(post)
        self.ids: dict[int, uuid.UUID] = {}

    def shown(self, rows: Sequence[Any]) -> dict[int, Shown]:
        """Each row as a comment, by id; reactions of all in one statement."""
        self.ids |= {row.id: row.public_id for row in rows}
        emoji = self.viewer.community.emoji if self.viewer.community else ()
        targets = [Target(row.id, row.public_id, row.rev, self.base) for row in rows]
        bars = reactions.bars("comment", targets, emoji)
        return {row.id: self._one(row, bars[row.id]) for row in rows}

    def marks(self) -> list[str]:
        """Element ids of the viewer's own reactions among everything made so far."""
        return reactions.own_marks(self.viewer, "comment", self.ids)

    def _one(self, row: Any, bar: Bar) -> Shown:  # noqa: ANN401
        gone = row.deleted_at is not None or row.status != "PUBLISHED" or row.moderation_status in policies.HIDDEN
        by_author = row.deleted_at is not None and row.deleted_by == row.author_id
        return Shown(
            public_id=str(row.public_id), post_public_id=str(self.post.public_id), rev=row.rev, depth=row.depth, is_gone=gone,
            gone_text=f"Comment deleted by {'its author' if by_author else 'a moderator'}",
            author=None if gone else person_of(row), badge="" if gone else STAFF_LABELS.get(row.role, ""),
            html=as_markup("" if gone else row.content_html), reply_to_name=None if gone else row.reply_to_name,
            created_at=row.created_at, edited_at=None if gone else row.edited_at,
            score=row.imported_score,
            is_note=self.post.kind == "QUESTION" and row.parent_id is None and not row.is_answer,
            is_accepted=row.id == self.post.accepted_comment_id,
            url=f"{self.base}/comments/{row.public_id}", permalink=f"{self.page}?comment={row.public_id}#c-{row.public_id}",
            bar=bar)


def thread_of(viewer: Viewer, post: subjects.Commentable, *, sort: str, cursor: str | None,
              opened: uuid.UUID | None = None) -> Thread:
    """A page of roots with their first replies. `opened` names a comment whose branch is shown whole, wherever it is.

    Raises `BadCursor` for a cursor of another thread or order.
    """
    sort = sort if sort in queries.SORTS else "oldest"
    filters = {"post": str(post.id)}
    after = paging.position(cursor, sort=sort, filters=filters)
    question = post.kind == "QUESTION"
    accepted_id = post.accepted_comment_id if question else None
    builder = Builder(viewer, post)
    rows = queries.roots(post.id, sort=sort, limit=ROOTS, after=after, answers=True if question else None, skip=accepted_id)
    first_page = after is None
    notes = queries.roots(post.id, sort="oldest", limit=200, after=None, answers=False) if question and first_page else []
    page = paging.slice_page(rows, ROOTS, lambda row: Cursor(
        sort, queries.top_key(row) if sort == "top" else row.created_at, row.id, filters))
    accepted = queries.rows_of([accepted_id]) if accepted_id and first_page else []
    wanted = _opened_root(viewer, post, opened)
    extra = queries.rows_of([wanted]) if wanted and wanted not in {row.id for row in [*page.items, *accepted, *notes]} else []
    top = [*accepted, *notes, *page.items, *extra]
    made = _nested(builder, top, whole=wanted)
    return Thread(
        post_public_id=str(post.public_id), post_url=builder.base, page_url=builder.page, sort=sort, is_question=question,
        accepted=made[accepted[0].id] if accepted else None, notes=[made[row.id] for row in notes],
        roots=Page(items=[made[row.id] for row in [*extra, *page.items]], next_cursor=page.next_cursor),
        marks=builder.marks(), count=post.comment_count, rev=post.rev)


def single(viewer: Viewer, post: subjects.Commentable, comment: Comment) -> Shown:
    """One comment without its replies: what is appended or replaced after a write."""
    builder = Builder(viewer, post)
    return builder.shown(queries.rows_of([comment.id]))[comment.id]


def branch_of(viewer: Viewer, post: subjects.Commentable, root: Comment, *, after: Sequence[int]) -> Branch:
    """The rest of a branch behind a path."""
    builder = Builder(viewer, post)
    rows = queries.branch(root.id, after=after)
    kept = rows[:queries.BRANCH]
    replies = _hang(kept, builder.shown(kept), root_id=root.id)
    more = f"{builder.base}/comments/{root.public_id}/replies?after={kept[-1].public_id}" if len(rows) > len(kept) else ""
    return Branch(replies=replies, marks=builder.marks(), more_url=more)


def _opened_root(viewer: Viewer, post: subjects.Commentable, opened: uuid.UUID | None) -> int | None:
    if opened is None:
        return None
    return queries.get_comment(viewer, post, opened).path[0]


def _nested(builder: Builder, roots: Sequence[Any], *, whole: int | None) -> dict[int, Shown]:
    ids = [row.id for row in roots if row.reply_count > 0 and row.id != whole]
    replies = list(queries.previews(ids))
    sizes = queries.branch_sizes([root for root in ids if _overflows(root, replies)])
    if whole is not None:
        replies += queries.branch(whole, after=[whole])[:queries.BRANCH]
    kept = _first_replies(replies, whole)
    made = builder.shown([*roots, *kept])
    for row in roots:
        own = [reply for reply in kept if reply.root_id == row.id]
        made[row.id].replies = _hang(own, made, root_id=row.id)
        if sizes.get(row.id):
            made[row.id].more = sizes[row.id] - len(own)
            made[row.id].more_url = f"{builder.base}/comments/{row.public_id}/replies?after={own[-1].public_id}"
    return made


def _overflows(root_id: int, replies: Sequence[Any]) -> bool:
    return sum(1 for reply in replies if reply.root_id == root_id) > queries.PREVIEW_REPLIES


def _first_replies(replies: Sequence[Any], whole: int | None) -> list[Any]:
    kept: list[Any] = []
    seen: dict[int, int] = {}
    for reply in replies:
        seen[reply.root_id] = seen.get(reply.root_id, 0) + 1
        if reply.root_id == whole or seen[reply.root_id] <= queries.PREVIEW_REPLIES:
            kept.append(reply)
    return kept


def _hang(rows: Sequence[Any], made: dict[int, Shown], *, root_id: int) -> list[Shown]:
    """Hang replies under their parents; those whose parent is on another page stand at the top, in thread order."""
    top: list[Shown] = []
    for row in rows:
        parent = made.get(row.parent_id) if row.parent_id != root_id else None
        (parent.replies if parent is not None else top).append(made[row.id])
    return top

