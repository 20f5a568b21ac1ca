"""Which user the servers run as: PostgreSQL refuses root."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from community.embedded.errors import EmbeddedUnavailable

FALLBACKS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user that owns the servers and their files."""

    uid: int
    gid: int
    name: str

    @property
    def drops(self) -> bool:
        """True when starting a server means becoming somebody else, which only root can do."""
        return self.uid != os.geteuid()

    @property
    def spawn_options(self) -> dict[str, Any]:
        """Arguments of `subprocess` that start a process as this user, without root's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def can(self, access: str, path: Path) -> bool:
        """Ask the kernel, as this user: `-x` run or enter, `-r` read. Mode bits alone would miss parents and ACLs."""
        try:
            done = subprocess.run(["test", access, path], check=False, cwd="/", **self.spawn_options)
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedUnavailable(
                f"Cannot start a program as the user {self.name}: {error}. Name another user in EMBEDDED_USER, "
                "or set DATABASE_URL and REDIS_URL."
            ) from error
        return done.returncode == 0


def choose_account(folders: Iterable[Path], wanted: str | None = None) -> Account:
    """The user the servers run as.

    Ourselves, unless we are root. Then the owner of the first of `folders` that is not root's (the instance folder,
    data of earlier starts), else the user `wanted`, else `postgres`, else `nobody`.
    Raises EmbeddedUnavailable when there is none of these.
    """
    if os.geteuid() != 0:
        return _of_uid(os.geteuid(), os.getegid())
    for folder in folders:
        status = folder.stat() if folder.exists() else None
        if status and status.st_uid != 0:
            return _of_uid(status.st_uid, status.st_gid)
    for name in (wanted,) if wanted else FALLBACKS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid, name)
    raise EmbeddedUnavailable(
        f"PostgreSQL does not run as root, and there is no unprivileged user {wanted or ' or '.join(FALLBACKS)} here. "
        "Name one in EMBEDDED_USER, run as an ordinary user, or set DATABASE_URL and REDIS_URL."
    )


def _of_uid(uid: int, gid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return Account(uid, gid, f"#{uid}")
    return Account(uid, entry.pw_gid, entry.pw_name)
