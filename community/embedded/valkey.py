"""The embedded Valkey: caches, presence and wake-ups, nothing that may not be lost."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

from community.embedded.errors import EmbeddedUnavailable
from community.embedded.server import Outcome, Server, State


class Valkey(Server):
    """Valkey on a unix socket, with an append-only file synced every second."""

    title = "Valkey"
    program = "valkey-server"
    farewells = ((signal.SIGTERM, 15), (signal.SIGKILL, 5))

    @property
    def folder(self) -> Path:
        return self.layout.cache

    @property
    def pid_file(self) -> Path:
        return self.folder / "valkey.pid"

    @property
    def socket(self) -> Path:
        return self.layout.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> Outcome:
        """As every server; when it refuses its own file it starts again without, for nothing in it may not be lost."""
        try:
            return super().start()
        except EmbeddedUnavailable as error:
            kept = self.folder / "appendonlydir"
            if not kept.exists() or "append only file" not in str(error).lower():
                raise
            kept.rename(self._free_name())
            return super().start()

    def state(self) -> State:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                answer = line.recv(64)
        except OSError:
            return State.SILENT
        if not answer:
            return State.SILENT
        return State.BUSY if answer.startswith(b"-LOADING") else State.READY

    def tidy(self) -> None:
        self.pid_file.unlink(missing_ok=True)

    def command(self) -> list[str | Path | int]:
        settings: dict[str, str | Path | int] = {
            "port": 0,
            "unixsocket": self.socket,
            "unixsocketperm": 700,
            "dir": self.folder,
            "pidfile": self.pid_file,
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lru",
        }
        return [
            self.binaries.valkey(),
            *(part for name, value in settings.items() for part in (f"--{name}", value)),
        ]

    def _free_name(self) -> Path:
        numbers = range(len(list(self.folder.iterdir())) + 1)
        names = (self.folder / f"appendonlydir.broken-{number}" for number in numbers)
        return next(name for name in names if not name.exists())
