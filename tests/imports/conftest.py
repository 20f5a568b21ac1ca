"""A site that imports, with real commits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from community.extensions import db
from community.imports.cli import group
from tests.databases import Database
from tests.imports.dumps import Dump

SLUG = "wheels"
ROOT = Path(__file__).resolve().parents[2]
COMMAND = ("stackexchange", "--community", SLUG, "--owner", "ada")


class Site:
    """The command `import stackexchange` run against a database of its own, and what it left there."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder

    def run(self, dump: Dump | Path, *more: str) -> Result:
        """Import into the community `wheels`, whose owner is ada."""
        folder = dump if isinstance(dump, Path) else dump.write(self.folder)
        arguments = [*COMMAND, str(folder), *more]
        return self.app.test_cli_runner().invoke(group, arguments, env={"COLUMNS": "140"})

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Rows of a statement; the session sees what others committed."""
        db.session.rollback()
        return [tuple(row) for row in db.session.execute(text(statement), values)]

    def one(self, statement: str, **values: object) -> tuple[object, ...]:
        found = self.rows(statement, **values)
        assert len(found) == 1, found
        return found[0]

    def change(self, statement: str) -> None:
        """What somebody does to the site meanwhile."""
        db.session.execute(text(statement))
        db.session.commit()

    def fates(self, kind: str) -> dict[str, tuple[str, str]]:
        """Outcome and reason of the rows of a file, by Id."""
        found = self.rows("SELECT external_id, outcome, reason FROM import_records WHERE kind = :kind", kind=kind)
        return {str(number): (str(outcome), str(reason)) for number, outcome, reason in found}

    def checksums(self) -> dict[str, object]:
        """A checksum of every table."""
        tables = [name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        statement = "SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} AS t"
        return {str(name): self.one(statement.format(name)) for name in tables}


@pytest.fixture
def site(app: Flask, committed_db: Database, tmp_path: Path) -> Site:
    return Site(app, tmp_path / "dump")


@pytest.fixture
def start(app: Flask, committed_db: Database, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the import as the operator does, in a process of its own."""
    started: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "REDIS_URL": app.extensions["config"].redis_url, "INSTANCE_DIR": str(tmp_path / "instance"), "COLUMNS": "140"}

    def start(folder: Path, *, database: Database = committed_db, community: str = SLUG) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "community", "import", *COMMAND, str(folder), "--community", community]
        process = subprocess.Popen(command, cwd=ROOT, env=environment | {"DATABASE_URL": database.url}, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until it is so."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.02)
