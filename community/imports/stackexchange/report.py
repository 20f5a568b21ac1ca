"""What became of every row, counted from the files and the records, not from what the parts of the import say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import LiteralString

from psycopg import sql

from community.imports.stackexchange.dump import NAMES
from community.imports.stackexchange.people import missing_users
from community.imports.stackexchange.staging import Staging, table_of

FAILURES_SHOWN = 1_000
WORDS = {
    ("Users", "member"): "users", ("Tags", "tag"): "tags", ("Posts", "post"): "questions", ("Posts", "comment"): "answers",
    ("Posts", "tag"): "descriptions of tags", ("PostHistory", "post_revision"): "in revisions of questions",
    ("PostHistory", "comment_revision"): "in revisions of answers", ("PostHistory", "post"): "reasons of closing",
    ("Comments", "comment"): "comments", ("PostLinks", "post_relation"): "relations of questions",
    ("Votes", "post"): "in the scores of questions", ("Votes", "comment"): "in the scores of answers",
}
ACCEPTANCES = "acceptances of answers"


@dataclass(slots=True)
class Line:
    """The rows of one file. What was imported is counted by what it became, what was skipped by reason."""

    name: str
    read: int = 0
    imported: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    lost: int = 0
    """Rows without a record: none, unless the import itself is wrong."""

    @property
    def is_balanced(self) -> bool:
        return self.lost == 0 and self.read == self.imported.total() + self.skipped.total() + self.failed


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that could not be taken, or one that was taken with something missing."""

    file: str
    external_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The accounts of an import."""

    lines: Sequence[Line]
    failures: Sequence[Failure]
    """The first of them."""
    remarks: Sequence[Failure]
    names: int
    """Accounts for people known by name alone."""
    accepted: int
    missing_users: int
    first_missing: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether the dump held everybody its rows name, and every row is accounted for."""
        return self.missing_users == 0 and all(line.is_balanced for line in self.lines)


def draw_up(staging: Staging) -> Report:
    """The accounts of the rows in the staging tables."""
    number, first = missing_users(staging)
    names = staging.query("SELECT count(*) FROM import_records WHERE source = %(source)s AND kind = 'names'",
                          source=staging.source)
    accepted = staging.query(
        "SELECT count(*) FROM staged_posts AS staged JOIN import_records AS record ON record.source = %(source)s"
        " AND record.kind = 'Posts' AND record.external_id = staged.external_id AND record.entity_type = 'post'"
        " JOIN posts ON posts.id = record.entity_id AND posts.accepted_comment_id IS NOT NULL", source=staging.source)
    return Report(
        lines=[_line(staging, name) for name in NAMES],
        failures=_listed(staging, "record.outcome = 'FAILED'"),
        remarks=_listed(staging, "record.outcome = 'IMPORTED' AND record.reason <> ''"),
        names=names[0]["count"], accepted=accepted[0]["count"], missing_users=number, first_missing=first)


def _line(staging: Staging, name: str) -> Line:
    line = Line(name)
    groups = staging.query(sql.SQL(
        "SELECT record.outcome, record.entity_type, CASE WHEN outcome = 'SKIPPED' THEN record.reason END AS reason,"
        " staged.type, count(*) FROM {} AS staged LEFT JOIN import_records AS record ON record.source = %(source)s"
        " AND record.kind = %(kind)s AND record.external_id = staged.external_id GROUP BY 1, 2, 3, 4",
        ).format(sql.Identifier(table_of(name))), source=staging.source, kind=name)
    for group in groups:
        line.read += group["count"]
        if group["outcome"] == "IMPORTED":
            is_acceptance = name == "Votes" and group["type"] == "1"
            line.imported[ACCEPTANCES if is_acceptance else WORDS[name, group["entity_type"]]] += group["count"]
        elif group["outcome"] == "SKIPPED":
            line.skipped[group["reason"]] += group["count"]
        elif group["outcome"] == "FAILED":
            line.failed += group["count"]
        else:
            line.lost += group["count"]
    return line


def _listed(staging: Staging, where: LiteralString) -> list[Failure]:
    found: list[Failure] = []
    for name in NAMES:
        rows = staging.query(sql.SQL(
            "SELECT record.external_id, record.reason FROM {} AS staged JOIN import_records AS record"
            " ON record.source = %(source)s AND record.kind = %(kind)s AND record.external_id = staged.external_id"
            " WHERE {} ORDER BY staged.ordinal LIMIT %(limit)s",
            ).format(sql.Identifier(table_of(name)), sql.SQL(where)), source=staging.source, kind=name,
            limit=FAILURES_SHOWN - len(found))
        found += [Failure(f"{name}.xml", row["external_id"], row["reason"]) for row in rows]
    return found
