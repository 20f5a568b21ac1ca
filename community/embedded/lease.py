"""Who uses the servers, and who may start or stop them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Lease:
    """A shared lock held by every process that uses the servers.

    The kernel drops it when the process dies, however it dies, so there are no counts that could go stale.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None
        self._holder = 0

    @property
    def held(self) -> bool:
        """True in the process that took it, not in a forked child."""
        return self._file is not None and self._holder == os.getpid()

    @property
    def is_orphaned(self) -> bool:
        """True when the folder was deleted while we hold the lease."""
        return self._file is not None and os.fstat(self._file.fileno()).st_nlink == 0

    @contextmanager
    def gate(self) -> Iterator[None]:
        """One process at a time starts, stops, takes or drops. Open for ever once the folder was deleted."""
        try:
            gate = (self._folder / "gate").open("a+")
        except FileNotFoundError:
            yield
            return
        with gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def take(self) -> None:
        """Become a user. Call inside the gate."""
        self._file = (self._folder / "lease").open("a+")
        self._holder = os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """True when nobody else uses the servers. Call inside the gate, and drop the lease afterwards."""
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def drop(self) -> None:
        """Stop being a user."""
        if self._file is not None:
            self._file.close()
            self._file = None
