"""Where the servers keep their files, and their sockets."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from community.embedded.account import Account
from community.embedded.errors import EmbeddedUnavailable

SYSTEM_HOME = Path("/var/lib/community")
"""Parent of the homes of instances whose own folder the servers' user cannot reach."""
NOTE = "embedded-home"
"""File in an instance folder that names the home when it lies elsewhere."""
LONGEST_SOCKET_FOLDER = 80
"""Bytes. A socket's whole path may hold 103 on macOS, 107 on Linux."""
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
"""Nothing that would need quoting in a URL or in PostgreSQL's list of socket folders."""


@dataclass(frozen=True)
class Layout:
    """The folders of one instance's servers. `data`, `cache` and `sockets` belong to their user, the rest to us."""

    home: Path
    sockets: Path

    @property
    def data(self) -> Path:
        return self.home / "postgres"

    @property
    def cache(self) -> Path:
        return self.home / "valkey"

    @property
    def run(self) -> Path:
        """Locks. Never writable for the servers' user: root opens files in it."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def binaries(self) -> Path:
        return self.home / "binaries"

    def prepare(self, account: Account) -> None:
        """Make the folders. Raises EmbeddedUnavailable when one cannot be made or belongs to somebody else."""
        try:
            for folder in (self.run, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise _of_another_user(folder)
            for folder in (self.cache, self.sockets):
                make_private(folder, account)
        except OSError as error:
            raise EmbeddedUnavailable(f"Cannot prepare {error.filename}: {error.strerror}.") from error

    def clean_up(self) -> None:
        """Once the servers have stopped: leave no empty folder for sockets behind in /tmp."""
        if self.sockets.parent != self.home and self.sockets.exists() and not any(self.sockets.iterdir()):
            self.sockets.rmdir()


def make_private(folder: Path, account: Account) -> None:
    """A folder only the servers' user (and root) may enter: the servers trust whoever reaches their sockets."""
    try:
        folder.mkdir(mode=0o700)
        if account.drops:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid != account.uid or status.st_mode & 0o077:
            raise _of_another_user(folder) from None


def _of_another_user(folder: Path) -> EmbeddedUnavailable:
    return EmbeddedUnavailable(
        f"{folder} belongs to another user, or others may enter it. "
        "Start as the user who made it, or name another INSTANCE_DIR."
    )


def layout_of(instance: Path, account: Account) -> Layout:
    """The folders of this instance; makes the home when it has to lie outside the instance folder."""
    home = _home_of(instance, account)
    sockets = home / "sockets"
    if len(os.fsencode(sockets)) > LONGEST_SOCKET_FOLDER or not PLAIN_PATH.fullmatch(str(sockets)):
        sockets = Path(f"/tmp/community-{os.geteuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:10]}")
    return Layout(home, sockets)


def noted_home(instance: Path) -> Path | None:
    """The home an earlier start made outside the instance folder, if it is still there and ours.

    An instance folder that was moved keeps its home; a copy of one does not share it.
    """
    try:
        home = Path((instance / NOTE).read_text().strip())
        owner = home / "instance"
        owning = Path(owner.read_text().strip())
    except FileNotFoundError:
        return None
    if owning != instance:
        if (owning / NOTE).exists() and (owning / NOTE).read_text().strip() == str(home):
            return None
        owner.write_text(f"{instance}\n")
    return home


def _home_of(instance: Path, account: Account) -> Path:
    if not account.drops:
        return noted_home(instance) or instance
    with _locked(instance):
        noted = noted_home(instance)
        if noted or account.can("-x", instance):
            return noted or instance
        if (instance / "postgres").exists():
            raise EmbeddedUnavailable(
                f"{instance} holds a database, but its user {account.name} can no longer reach that folder. "
                "Let that user enter the folders above it, or move the instance elsewhere."
            )
        return _make_home(instance)


def _make_home(instance: Path) -> Path:
    home = SYSTEM_HOME / hashlib.sha256(os.fsencode(instance) + secrets.token_bytes(16)).hexdigest()[:12]
    try:
        for folder in (SYSTEM_HOME, home):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)  # whatever the umask says
        (home / "instance").write_text(f"{instance}\n")
        (instance / NOTE).write_text(f"{home}\n")
    except OSError as error:
        raise EmbeddedUnavailable(
            f"The servers' user cannot reach {instance}, and {error.filename} cannot be made: {error.strerror}. "
            "Run as an ordinary user, name another INSTANCE_DIR, or set DATABASE_URL and REDIS_URL."
        ) from error
    return home


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
