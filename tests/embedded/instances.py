"""Processes that use the embedded servers, and what a test wants to know of an instance."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from community.embedded import Embedded
from community.embedded.paths import noted_home
from community.embedded.processes import end, is_alive, servers_in, wait_until

CHECKOUT = Path(__file__).parents[2]
MEMORY = Path("/dev/shm")
STARTED = {"postgres": "started", "valkey": "started"}
ADOPTED = {"postgres": "adopted", "valkey": "adopted"}


class App:
    """A process that uses the embedded servers."""

    def __init__(self, instance: Path, *, uid: int | None = None, path: Path | None = None, user: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.app", instance, "" if uid is None else str(uid), user],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
            env=os.environ | ({"PYTHONPATH": str(path)} if path else {}),
        )
        assert self.read() == "ready"

    def say(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, command: str) -> Any:
        self.say(command)
        return self.read()

    def acquire(self) -> dict[str, str]:
        answer = self.ask("acquire")
        assert "outcome" in answer, answer
        outcome: dict[str, str] = answer["outcome"]
        return outcome

    def end(self, how: signal.Signals | None = None) -> None:
        """End it: politely without a signal, else by that."""
        if how:
            self.process.send_signal(how)
        else:
            self.say("quit")
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class Instance:
    """An instance folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def home(self) -> Path:
        return noted_home(self.folder) or self.folder

    @property
    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.home / "postgres/postmaster.pid").read_text().split()[0]))

    @property
    def valkey(self) -> psutil.Process:
        return psutil.Process(int((self.home / "valkey/valkey.pid").read_text()))

    @property
    def servers(self) -> list[psutil.Process]:
        return [self.postmaster, self.valkey]

    def sql(self, statement: str, *values: object, owner: bool = False) -> list[Any]:
        embedded = Embedded(self.folder)
        url = embedded.database_owner_url if owner else embedded.database_url
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def keys(self) -> redis.Redis:
        return redis.Redis.from_url(Embedded(self.folder).redis_url, decode_responses=True)

    def clear(self) -> None:
        """End whatever a failed test left running in the folder, and remove it."""
        home = self.home
        for process in [*servers_in("postgres", home / "postgres"), *servers_in("valkey-server", home / "valkey")]:
            end(process, ((signal.SIGINT, 5), (signal.SIGKILL, 5)))
        for folder in {home, self.folder}:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def made_database() -> Iterator[Path]:
    """The data folder of a stopped instance, for copies: making one takes most of the time of a first start."""
    folder = make_open_folder()
    embedded = Embedded(folder)
    embedded.acquire()
    embedded.release()
    yield folder / "postgres"
    shutil.rmtree(folder)


def make_open_folder() -> Path:
    """A folder that every user may enter, with a path short enough for sockets; in memory where there is room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 1024**3
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir=MEMORY if roomy else "/tmp"))
    folder.chmod(0o755)
    return folder


def kill(*processes: psutil.Process) -> None:
    """kill -9, and wait until the last is gone (or a zombie, where nobody reaps it)."""
    for process in processes:
        process.kill()
    assert wait_until(lambda: not any(map(is_alive, processes)), 10)
