"""The records of a dump in temporary tables, where they can be counted, joined and put in order whatever their number.

They live on a connection of their own, together with the lock that keeps two imports of one source apart: whatever ends
the process ends both, and leaves nothing behind. The tables are filled before anything else is written, so a file that
is broken stops the import before it has begun.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, LiteralString, Self

import orjson
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from community.core.clock import now
from community.extensions import db
from community.imports.stackexchange import dump
from community.imports.stackexchange.rows import Row, id_in, name_in, parse_moment


@dataclass(frozen=True, slots=True)
class Columns:
    """Which attributes of a kind of record are needed for counting, joining and ordering."""

    at: str = ""
    post: str = ""
    person: str = ""
    name: str = ""
    type: str = ""


KINDS = {
    "Users": Columns(),
    "Tags": Columns(post="ExcerptPostId"),
    "Posts": Columns("CreationDate", "ParentId", "OwnerUserId", "OwnerDisplayName", "PostTypeId"),
    "PostHistory": Columns("CreationDate", "PostId", "UserId", "UserDisplayName", "PostHistoryTypeId"),
    "Comments": Columns("CreationDate", "PostId", "UserId", "UserDisplayName"),
    "PostLinks": Columns(post="PostId", type="LinkTypeId"),
    "Votes": Columns(at="CreationDate", post="PostId", type="VoteTypeId"),
    "Badges": Columns(),
}


class AlreadyRunning(Exception):
    """Another process imports the same source."""


class Staging:
    """A context manager around the connection. `query` reads what was loaded, and the tables of the application.

    `source` names the dump and the community it goes to; two processes never import the same one.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        pooled = db.engine.raw_connection()
        if not isinstance(pooled.driver_connection, psycopg.Connection):
            raise TypeError("the staging tables need psycopg")
        self._connection: psycopg.Connection[Any] = pooled.driver_connection
        pooled.detach()

    def __enter__(self) -> Self:
        self._connection.autocommit = True
        self._connection.execute("SET statement_timeout = 0")  # to sort millions of rows takes its time
        lock = "SELECT pg_try_advisory_lock(hashtext('community.imports'), hashtext(%(source)s)) AS mine"
        if not self.query(lock, source=self.source)[0]["mine"]:
            self._connection.close()
            raise AlreadyRunning
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.close()

    def query(self, statement: LiteralString | sql.Composed, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement, each by the names of its columns."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(statement, values).fetchall()

    def load(self, kind: str, path: Path, on_bytes: Callable[[int], None]) -> int:
        """Read a file into the table of its kind; returns how many records it holds. Raises `dump.BrokenDump`."""
        table = sql.Identifier(table_of(kind))
        self._run(sql.SQL(
            "CREATE TEMP TABLE {} (ordinal bigint PRIMARY KEY, external_id text, at timestamptz, post text, person text,"
            " name text, type text, problem text, attributes text)").format(table))
        count = 0
        with (self._connection.cursor() as cursor,
              cursor.copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy):
            for element in dump.read(path, on_bytes):
                copy.write_row(_staged(element, KINDS[kind]))
                count += 1
        for column in ("external_id", "post"):
            self._run(sql.SQL("CREATE INDEX ON {} ({})").format(table, sql.Identifier(column)))
        self._mark_twins(table)
        self._run(sql.SQL("ANALYZE {}").format(table))
        return count

    def keep(self, name: LiteralString, statement: LiteralString) -> None:
        """Keep what a `statement` gives in a table, to be walked by its column `place`."""
        table = sql.Identifier(name)
        self._run(sql.SQL("CREATE TEMP TABLE {} AS {}").format(table, sql.SQL(statement)))
        self._run(sql.SQL("CREATE UNIQUE INDEX ON {} (place)").format(table))
        self._run(sql.SQL("ANALYZE {}").format(table))

    def batches(self, statement: LiteralString | sql.Composed, size: int) -> Iterator[list[dict[str, Any]]]:
        """Walk a statement with `%(after)s` and `%(size)s`, ordered by its column `place`, in bounded steps."""
        after = 0
        while found := self.query(statement, after=after, size=size):
            yield found
            after = found[-1]["place"]

    def rows(self, kind: str, size: int, where: LiteralString = "true") -> Iterator[list[Row]]:
        """The records of a file in its order, in batches."""
        statement = sql.SQL(
            "SELECT ordinal AS place, external_id, problem, attributes FROM {} WHERE ordinal > %(after)s AND ({})"
            " ORDER BY ordinal LIMIT %(size)s").format(sql.Identifier(table_of(kind)), sql.SQL(where))
        for found in self.batches(statement, size):
            yield [row_of(kind, record) for record in found]

    def _mark_twins(self, table: sql.Identifier) -> None:
        """An Id that stood before makes a row a second one, under its place in the file."""
        self._run(sql.SQL(
            "UPDATE {table} AS later SET problem = 'the Id ' || later.external_id || ' stood in an earlier row',"
            " external_id = 'row ' || later.ordinal FROM {table} AS earlier"
            " WHERE earlier.external_id = later.external_id AND earlier.ordinal < later.ordinal").format(table=table))

    def _run(self, statement: sql.Composed) -> None:
        self._connection.execute(statement)


def table_of(kind: str) -> str:
    """The name of the temporary table with the records of a file."""
    return f"staged_{kind.lower()}"


def row_of(kind: str, record: dict[str, Any]) -> Row:
    """A record out of the columns `external_id`, `problem` and `attributes`."""
    return Row(kind, record["external_id"], orjson.loads(record["attributes"]), record["problem"])


def _staged(element: dump.Element, columns: Columns) -> tuple[object, ...]:
    attributes = element.attributes
    number = id_in(attributes)
    problem = element.problem or (None if number else "it has no Id that is a number")
    external_id = number if number and not problem else f"row {element.ordinal}"
    at, post, person, kind = (attributes.get(name, "").strip() or None for name in (
        columns.at, columns.post, columns.person, columns.type))
    return (element.ordinal, external_id, _past(at), post, person, name_in(attributes, columns.name), kind, problem,
            orjson.dumps(attributes).decode())


def _past(value: str | None) -> dt.datetime | None:
    found = parse_moment(value or "")
    return found if found is not None and found <= now() else None
