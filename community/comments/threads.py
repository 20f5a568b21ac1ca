"""A page of a thread, ready for its template: nested, with reactions, without the viewer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from community.accounts.people import Person, person_of
from community.accounts.policies import hiding, may_reveal
from community.comments import policies, queries
from community.comments.models import Comment
from community.core import paging, subjects
from community.core.markdown import as_markup
from community.core.paging import Cursor, Page
from community.core.relations import Relation
from community.core.viewer import Viewer
from community.reactions import queries as reactions
from community.reactions.queries import Bar, Target

ROOTS = 20
NOTES = 200
"""The most comments shown on a question itself."""
STAFF_LABELS = {"OWNER": "Owner", "ADMIN": "Admin", "MODERATOR": "Moderator"}


@dataclass
class Shown:
    """A comment as the page shows it; a tombstone, and a comment hidden from this viewer, has neither author nor text."""

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
    hidden_text: str = ""
    """Why the comment is hidden from this viewer, when it is."""
    reveal_url: str = ""
    """Where who hid it may read it all the same."""
    replies: list[Shown] = field(default_factory=list)
    earlier_url: str = ""
    """Where the beginning of the branch is, when only the part around a comment is shown."""
    more_url: str = ""
    more: int = 0
    """How many replies `more_url` leads to; 0 when that was not counted."""


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
    is_opened_gone: bool = False
    """The page was asked to open a comment that is not there any more."""


@dataclass(frozen=True)
class Branch:
    """More replies of one root, nested; those to comments that are on the page already by the UUID of these."""

    root: str
    replies: Sequence[Shown]
    elsewhere: Mapping[str, Sequence[Shown]]
    marks: Sequence[str]
    more_url: str


class Builder:
    """Makes comments of rows. `base` is the post's address without the slug, `page` its page.

    `reveal` is the id of a comment that is read although its author is hidden from the viewer.
    """

    def __init__(self, viewer: Viewer, post: subjects.Commentable, *, reveal: int | None = None) -> None:
        self.viewer, self.post, self.reveal = viewer, post, reveal
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
        why, may = self._hidden(row) if row.is_hidden and not gone else ("", False)
        here = f"{self.page}?comment={row.public_id}"
        bare = gone or bool(why)
        return Shown(
            public_id=str(row.public_id), post_public_id=str(self.post.public_id), rev=row.rev, depth=row.depth, is_gone=gone,
            gone_text=f"Comment deleted by {'its author' if by_author else 'a moderator'}",
            hidden_text=why, reveal_url=f"{here}&reveal=1#c-{row.public_id}" if may else "",
            author=None if bare else person_of(row), badge="" if bare else STAFF_LABELS.get(row.role, ""),
            html=as_markup("" if bare else row.content_html), reply_to_name=None if bare else row.reply_to_name,
            created_at=row.created_at, edited_at=None if bare else row.edited_at,
            score=row.imported_score,
            is_note=self.post.kind == "QUESTION" and row.parent_id is None and not row.is_answer,
            is_accepted=row.id == self.post.accepted_comment_id,
            url=f"{self.base}/comments/{row.public_id}", permalink=f"{here}#c-{row.public_id}",
            bar=bar)

    def _hidden(self, row: Any) -> tuple[str, bool]:  # noqa: ANN401
        """What stands in the place of a comment whose author the viewer does not meet, and whether it may be opened."""
        relation = hiding(self.viewer, row.author_id, "thread")
        return hidden_text(relation), relation is not None and may_reveal(relation)


def hidden_text(relation: Relation | None) -> str:
    """What readers see in the place of what is hidden from them."""
    return "Hidden – muted user" if relation is not None and relation.kind == "MUTE" else "Hidden – blocked user"


def thread_of(viewer: Viewer, post: subjects.Commentable, *, sort: str, cursor: str | None,
              opened: uuid.UUID | None = None, reveals: bool = False) -> Thread:
    """A page of roots with their first replies. `opened` names a comment that is shown in its branch, wherever that is.

    With `reveals` it is read also when its author is hidden from the viewer, by who may.
    Raises `BadCursor` for a cursor of another thread or order.
    """
    sort = sort if sort in queries.SORTS else "oldest"
    filters = {"post": str(post.id)}
    after = paging.position(cursor, sort=sort, filters=filters)
    is_question = post.kind == "QUESTION"
    accepted_id = post.accepted_comment_id if is_question else None
    target = queries.find_comment(viewer, post, opened) if opened else None
    reveal = _reveal(viewer, target) if target is not None and reveals else None
    builder = Builder(viewer, post, reveal=reveal)
    rows = queries.roots(viewer, post.id, sort=sort, limit=ROOTS, after=after, answers=True if is_question else None,
                         skip=accepted_id, reveal=reveal)
    page = paging.slice_page(rows, ROOTS, lambda row: Cursor(
        sort, queries.top_key(row) if sort == "top" else row.created_at, row.id, filters))
    notes = (queries.roots(viewer, post.id, sort="oldest", limit=NOTES, after=None, answers=False, reveal=reveal)
             if is_question and after is None else [])
    accepted = queries.rows_of(viewer, [accepted_id], reveal=reveal) if accepted_id and after is None else []
    around = [*accepted, *notes, *page.items]
    is_elsewhere = target is not None and target.path[0] not in {row.id for row in around}
    extra = queries.rows_of(viewer, target.path[:1], reveal=reveal) if target and is_elsewhere else []
    made = _nested(builder, [*around, *extra], target)
    return Thread(
        post_public_id=str(post.public_id), post_url=builder.base, page_url=builder.page, sort=sort, is_question=is_question,
        accepted=made[accepted[0].id] if accepted else None, notes=[made[row.id] for row in notes],
        roots=Page(items=[made[row.id] for row in [*extra, *page.items]], next_cursor=page.next_cursor),
        marks=builder.marks(), count=post.comment_count, rev=post.rev, is_opened_gone=opened is not None and target is None)


def single(viewer: Viewer, post: subjects.Commentable, comment: Comment, *, reveals: bool = False) -> Shown:
    """One comment without its replies: what is appended or replaced after a write, or opened by who hid its author."""
    reveal = _reveal(viewer, comment) if reveals else None
    return Builder(viewer, post, reveal=reveal).shown(queries.rows_of(viewer, [comment.id], reveal=reveal))[comment.id]


def _reveal(viewer: Viewer, comment: Comment) -> int | None:
    """The comment's id, if the viewer may read it although its author is hidden from them."""
    relation = hiding(viewer, comment.author_id, "thread")
    return comment.id if relation is not None and may_reveal(relation) else None


def branch_of(viewer: Viewer, post: subjects.Commentable, root: Comment, *, after: Sequence[int]) -> Branch:
    """The rest of a branch behind a path."""
    builder = Builder(viewer, post)
    rows = queries.branch(viewer, root.id, after=after)
    kept = rows[:queries.BRANCH]
    made = builder.shown(kept)
    replies, strays = _hang(kept, made, root_id=root.id)
    parents = queries.public_ids(list(strays))
    return Branch(root=str(root.public_id), replies=replies, marks=builder.marks(),
                  elsewhere={str(parents[parent_id]): found for parent_id, found in strays.items()},
                  more_url=_replies_url(builder, root, kept[-1]) if len(rows) > len(kept) else "")


def _nested(builder: Builder, roots: Sequence[Any], target: Comment | None) -> dict[int, Shown]:
    """The roots with their first replies; the branch of `target` with what is around it."""
    whole = target.path[0] if target else None
    ids = [row.id for row in roots if row.reply_count > 0 and row.id != whole]
    found = queries.previews(builder.viewer, ids, reveal=builder.reveal)
    by_root: dict[int, list[Any]] = {row.id: [] for row in roots}
    for reply in found:
        by_root[reply.root_id].append(reply)
    sizes = queries.branch_sizes([root_id for root_id in ids if len(by_root[root_id]) > queries.PREVIEW_REPLIES])
    kept: dict[int, Sequence[Any]] = {root_id: rows[:queries.PREVIEW_REPLIES] for root_id, rows in by_root.items()}
    around = _around(builder, target) if target else None
    if around is not None and whole is not None:
        kept[whole] = around.rows
    made = builder.shown([*roots, *(reply for rows in kept.values() for reply in rows)])
    for row in roots:
        shown, rows = made[row.id], kept[row.id]
        shown.replies, _ = _hang(rows, made, root_id=row.id)
        if row.id in sizes:
            shown.more = sizes[row.id] - len(rows)
        if row.id in sizes or (around is not None and row.id == whole and around.goes_on):
            shown.more_url = _replies_url(builder, row, rows[-1])
        if around is not None and row.id == whole and around.begins_late:
            shown.earlier_url = shown.permalink
    return made


@dataclass(frozen=True)
class _Around:
    """The replies of a branch around one of them."""

    rows: Sequence[Any]
    begins_late: bool
    goes_on: bool


def _around(builder: Builder, target: Comment) -> _Around:
    """The branch of a comment from its beginning or, where that is too far away, from the comment on."""
    root_id, viewer, reveal = target.path[0], builder.viewer, builder.reveal
    rows = queries.branch(viewer, root_id, after=[root_id], reveal=reveal)
    if target.id == root_id or target.id in {row.id for row in rows[:queries.BRANCH]}:
        return _Around(rows[:queries.BRANCH], begins_late=False, goes_on=len(rows) > queries.BRANCH)
    rows = queries.branch(viewer, root_id, after=target.path, reveal=reveal)
    return _Around([*queries.rows_of(viewer, target.path[1:], reveal=reveal), *rows[:queries.BRANCH]], begins_late=True,
                   goes_on=len(rows) > queries.BRANCH)


def _replies_url(builder: Builder, root: Any, last: Any) -> str:  # noqa: ANN401 - rows of a thread, or comments
    return f"{builder.base}/comments/{root.public_id}/replies?after={last.public_id}"


def _hang(rows: Sequence[Any], made: dict[int, Shown], *, root_id: int) -> tuple[list[Shown], dict[int, list[Shown]]]:
    """Hang replies under their parents. Returns those to the root, and, by parent, those to comments that are not here."""
    top: list[Shown] = []
    strays: dict[int, list[Shown]] = {}
    here = {row.id for row in rows}
    for row in rows:
        if row.parent_id == root_id:
            top.append(made[row.id])
        elif row.parent_id in here:
            made[row.parent_id].replies.append(made[row.id])
        else:
            strays.setdefault(row.parent_id, []).append(made[row.id])
    return top, strays
