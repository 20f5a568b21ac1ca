"""What PostHistory says of a batch of posts: their Markdown sources, all revisions, and why a question was closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from community.imports.records import Fate, imported
from community.imports.stackexchange.job import Job
from community.imports.stackexchange.people import Authors
from community.imports.stackexchange.rows import Row, tags_in
from community.imports.stackexchange.staging import row_of

TITLES, BODIES, TAGS = ("1", "4", "7"), ("2", "5", "8"), ("3", "6", "9")
"""Types of rows: as first written, as edited, as rolled back to."""
TEXTS = (*TITLES, *BODIES, *TAGS)
CLOSING = "10"
EDITOR_UNKNOWN = "its editor is not in Users.xml"
S = TypeVar("S")


@dataclass(slots=True)
class Change:
    """The rows of one saving of a post, which share a RevisionGUID. What did not change is None."""

    at: dt.datetime
    rows: list[Row] = field(default_factory=list)
    title: str | None = None
    body: str | None = None
    tags: list[str] | None = None
    note: str = ""

    def add(self, row: Row) -> None:
        kind, text = row.attributes["PostHistoryTypeId"].strip(), row.given("Text")
        self.rows.append(row)
        self.note = self.note or " ".join(row.given("Comment").split())
        if kind in TITLES:
            self.title = text.strip() or None
        elif kind in BODIES:
            self.body = text if text.strip() else None
        else:
            self.tags = tags_in(text)


@dataclass(frozen=True, slots=True)
class Version:
    """A post as it stood after a change."""

    change: Change
    title: str
    body: str
    tags: Sequence[str]


@dataclass(slots=True)
class History:
    """The history of one post, oldest first."""

    changes: list[Change] = field(default_factory=list)
    closing: Row | None = None
    """Why it is closed, if it is: the last row that says so."""

    @property
    def body(self) -> str | None:
        """The Markdown source as it stands now, or None where no row has it."""
        return next((change.body for change in reversed(self.changes) if change.body is not None), None)

    def versions(self, *, title: str, body: str, tags: Sequence[str]) -> Iterator[Version]:
        """The post after each change. What no row says was as it is now, or as a later row first says."""
        title = self._first("title", title)
        body = self._first("body", body)
        tags = self._first("tags", tags)
        for change in self.changes:
            title = title if change.title is None else change.title
            body = body if change.body is None else change.body
            tags = tags if change.tags is None else change.tags
            yield Version(change, title, body, tags)

    def _first(self, name: str, otherwise: S) -> S:
        return next((found for change in self.changes if (found := getattr(change, name)) is not None), otherwise)


def load(job: Job, post_ids: Collection[str]) -> dict[str, History]:
    """The histories of posts, by their Ids; posts without one are missing. Rows that cannot be read are left out."""
    records = job.staging.query(
        "SELECT post, at, type, external_id, problem, attributes FROM staged_posthistory"
        " WHERE post = ANY(%(posts)s) AND type = ANY(%(types)s) AND at IS NOT NULL AND problem IS NULL"
        " ORDER BY post, at, external_id::bigint", posts=list(post_ids), types=[*TEXTS, CLOSING])
    found: dict[str, History] = {}
    savings: dict[tuple[str, str], Change] = {}
    for record in records:
        history, row = found.setdefault(record["post"], History()), row_of("PostHistory", record)
        if record["type"] == CLOSING:
            history.closing = row
            continue
        key = (record["post"], row.attributes.get("RevisionGUID") or row.external_id)
        if key not in savings:
            savings[key] = Change(at=record["at"].astimezone(dt.UTC))
            history.changes.append(savings[key])
        savings[key].add(row)
    return found


def rows_of(histories: Mapping[str, History]) -> list[Row]:
    """All rows with a text of these histories."""
    return [row for history in histories.values() for change in history.changes for row in change.rows]


def fates(kind: str, changes: Sequence[Change], revision_ids: Sequence[int], authors: Authors) -> dict[str, Fate]:
    """What became of the rows of a history: each is part of the revision of its change."""
    made: dict[str, Fate] = {}
    for change, number in zip(changes, revision_ids, strict=True):
        for row in change.rows:
            is_unknown = authors.names_user(row) and authors.known(row) is None
            made[row.external_id] = imported(kind, number, EDITOR_UNKNOWN if is_unknown else "")
    return made
