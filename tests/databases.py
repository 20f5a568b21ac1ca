"""Servers for the tests, and databases on them: a migrated template with the cast in it, and copies for everyone."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from community.embedded import Embedded, EmbeddedUnavailable, Services, resolve_services

MEMORY = Path("/dev/shm")
REDIS_DATABASES = 16
ABANDONED = 1800.0  # seconds without a new file in the folder of a run
NAMES = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class Database:
    """One database, for the application's role and for the owner of the schema."""

    name: str
    url: str
    owner_url: str


class Servers:
    """PostgreSQL and Valkey of one test run: those the environment names, else embedded ones in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """Started on first use; every worker of the run shares them."""
        if self._services is None:
            self._services = resolve_services(
                self.folder / "instance",
                os.environ.get("DATABASE_URL"),
                os.environ.get("REDIS_URL"),
                database_owner_url=os.environ.get("DATABASE_OWNER_URL"),
            )
        return self._services

    def close(self) -> None:
        if self._services is not None:
            self._services.close()

    def database(self, suffix: str) -> Database:
        """Where the database with this suffix is; it need not exist yet."""
        name = f"community_test_{self.folder.name.rpartition('-')[2]}_{suffix}"
        assert NAMES.fullmatch(name), name
        return Database(name, _named(self.services.database_url, name), _named(self.services.database_owner_url, name))

    def create(self, suffix: str, *, template: Database | None = None) -> Database:
        """Make a database, empty or as a copy."""
        made = self.database(suffix)
        copied = f" TEMPLATE {template.name}" if template else ""
        self.command(f"CREATE DATABASE {made.name}{copied}")
        self.command(f"ALTER DATABASE {made.name} SET synchronous_commit = off")
        return made

    def drop(self, database: Database) -> None:
        """Remove a database, whoever is still connected: each role ends its own connections.

        Not by FORCE, which only a superuser may use while autovacuum works; without it autovacuum is sent away.
        """
        ended = f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database.name}'"
        for url in (self.services.database_url, self.services.database_owner_url):
            self.command(f"{ended} AND usename = current_user", url=url)
        self.command(f"DROP DATABASE IF EXISTS {database.name}")

    def command(self, statement: str, *, url: str | None = None) -> None:
        """Run a statement, as the owner unless told otherwise, from outside of the databases of the tests."""
        with psycopg.connect(_plain(url or self.services.database_owner_url), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type] - names are made above

    def redis_url(self, number: int) -> str:
        """One of Valkey's databases; its channels carry the number too, so nobody hears the others."""
        if number >= REDIS_DATABASES:
            raise RuntimeError(f"at most {REDIS_DATABASES} sites can be tested at once")
        bare = re.sub(r"([?&])db=\d+&?", r"\1", self.services.redis_url).rstrip("?&")
        return f"{bare}{'&' if '?' in bare else '?'}db={number}"


class Templates:
    """Databases that are made once for a run and copied from then on."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers

    def get(self, suffix: str, fill: Callable[[Database], None]) -> Database:
        """The template with this suffix; whichever worker comes first makes it by `fill`."""
        done = self.servers.folder / f"{suffix}.done"
        with _locked(self.servers.folder / f"{suffix}.lock"):
            if not done.exists():
                made = self.servers.create(suffix)
                fill(made)
                done.touch()
        return self.servers.database(suffix)

    def copy(self, template: Database) -> Database:
        """A fresh copy of a template, under a name of its own. Copying locks the template for the moment."""
        with _locked(self.servers.folder / "copy.lock"):
            return self.servers.create(secrets.token_hex(4), template=template)


def remove_templates(folder: Path) -> None:
    """Leave none of a run's templates on a server that is not ours."""
    servers = Servers(folder)
    for done in folder.glob("*.done"):
        servers.drop(servers.database(done.stem))
    servers.close()


def make_folder() -> Path:
    """A folder for one run that every user may enter, with a path short enough for sockets; in memory where there is room."""
    is_roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 1024**3
    parent = MEMORY if is_roomy else Path(tempfile.gettempdir())
    prefix = f"community-tests-{hashlib.sha256(os.fsencode(__file__)).hexdigest()[:6]}-"
    for abandoned in parent.glob(f"{prefix}*"):
        _clear(abandoned)
    folder = parent / f"{prefix}{secrets.token_hex(4)}"
    folder.mkdir(mode=0o755)
    return folder


def _clear(folder: Path) -> None:
    """Stop the servers of a run of this checkout that was killed, and remove its folder; others are left alone."""
    if time.time() - folder.stat().st_mtime < ABANDONED:
        return
    embedded = Embedded(folder / "instance")
    with suppress(EmbeddedUnavailable):
        embedded.acquire()
        if embedded.release() == "stopped":
            shutil.rmtree(folder, ignore_errors=True)


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
