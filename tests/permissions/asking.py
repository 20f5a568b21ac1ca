"""Asking as somebody, and putting everything back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.test import TestResponse

from community.extensions import db, redis
from tests.permissions.table import Row
from tests.permissions.world import World
from tests.visitor import Client, Visitor

HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass
class Asking:
    """The site with the world in it. Every request happens as if it were the first."""

    app: Flask
    world: World
    connection: Connection
    asked: int = 0
    _clients: dict[str, Client] = field(default_factory=dict)
    _tables: tuple[str, ...] = ()
    _contents: object = None

    def ask(self, method: str, path: str, role: str, *, form: object = None, headers: dict[str, str] | None = None,
            ) -> TestResponse:
        """The answer to one request, whose effects are undone."""
        answer, _ = self.ask_and_compare(method, path, role, form=form, headers=headers)
        return answer

    def ask_and_compare(self, method: str, path: str, role: str, *, form: object = None,
                        headers: dict[str, str] | None = None) -> tuple[TestResponse, list[str]]:
        """The answer, and the tables it changed."""
        unsafe = method not in ("GET", "HEAD")
        with self._undone():
            touched = self._touched() if unsafe else 0
            answer = self._client(role).open(path, method=method, data=form, headers=HEADERS | (headers or {}))
            changed = self._changed() if unsafe and self._touched() != touched else []
        return answer, changed

    def ask_row(self, row: Row, slug: str, role: str) -> tuple[TestResponse, list[str]]:
        """What a row of the table asks."""
        return self.ask_and_compare(row.method, row.path(self.world, slug, role), role,
                                    form=row.form(self.world, slug, role))

    def _client(self, role: str) -> Client:
        """A browser of this role; cookies of earlier answers are not kept."""
        if role not in self._clients:
            self._clients[role] = Visitor(self.app, self.world.people[role]).client  # type: ignore[assignment]
            self._clients[role]._jar = dict(self._clients[role]._cookies or {})  # type: ignore[attr-defined]
        client = self._clients[role]
        client._cookies = dict(client._jar)  # type: ignore[attr-defined]
        return client

    @contextmanager
    def another_world(self) -> Iterator[None]:
        """What is changed in the block is committed as far as the site can tell, and gone afterwards."""
        db.session.remove()
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            db.session.remove()
            savepoint.rollback()
            redis.flushdb()

    @contextmanager
    def _undone(self) -> Iterator[None]:
        self.asked += 1
        db.session.remove()  # what a test read before stands in a savepoint of its own
        savepoint = self.connection.begin_nested()
        try:
            yield
        finally:
            savepoint.rollback()

    def _touched(self) -> int:
        """How many rows this transaction wrote, those of undone savepoints included: cheap, and never too small."""
        return self.connection.scalar(text(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")) or 0

    def _changed(self) -> list[str]:
        """The tables whose contents differ from those of the world."""
        contents = self.contents()
        return sorted(name for name, rows in contents.items() if self._before[name] != rows)

    @property
    def _before(self) -> dict[str, object]:
        if self._contents is None:
            raise RuntimeError("the contents of the world were not taken")
        return self._contents  # type: ignore[return-value]

    def remember(self) -> None:
        """Take the contents of every table, which refused requests must leave alone."""
        self._contents = self.contents()

    def contents(self) -> dict[str, object]:
        """A checksum of every table."""
        if not self._tables:
            self._tables = tuple(self.connection.scalars(text(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")))
        parts = " UNION ALL ".join(
            f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t" for name in self._tables)
        return {name: (count, checksum) for name, count, checksum in self.connection.execute(text(parts))}


def outcome(answer: TestResponse) -> str:
    """An answer in the words of the table."""
    target = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    if target.startswith("/login?next=") or answer.status_code == 401:
        return "login"
    return "ok" if answer.status_code < 400 else str(answer.status_code)
