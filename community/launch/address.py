"""Where the site listens: is it free, and does the site answer there."""

from __future__ import annotations

import errno
import http.client
import socket
import time
from dataclasses import dataclass

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}
"""Hosts that mean every interface, and where such a server is asked."""


@dataclass(frozen=True)
class Address:
    """The value of BIND taken apart: host and port, or the path of a unix socket."""

    host: str
    port: int
    path: str = ""

    @classmethod
    def parse(cls, bind: str) -> Address:
        """Understands `127.0.0.1:8000`, `[::1]:8000`, `:8000` and `unix:/run/site.sock`. Raises ValueError."""
        if bind.startswith("unix:"):
            return cls("", 0, bind.removeprefix("unix:"))
        host, colon, port = bind.rpartition(":")
        if not colon or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"BIND must look like 127.0.0.1:8000, not {bind}")
        return cls(host.strip("[]"), int(port))

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.path or f"{host}:{self.port}"

    def obstacle(self, *, patience: float = 0) -> str | None:
        """Why nobody can listen here, in words; None when somebody can.

        A busy port is tried for `patience` seconds: a site whose parent was killed needs a moment to leave.
        """
        if self.path:
            return None
        end = time.monotonic() + patience
        while (error := self._try_to_bind()) and error.errno == errno.EADDRINUSE and time.monotonic() < end:
            time.sleep(0.1)
        if error is None:
            return None
        if error.errno == errno.EADDRINUSE:
            return (
                f"{self} is in use by another program. Stop that, or choose another address, as in BIND={self._next()}"
            )
        return f"Cannot listen on {self}: {error.strerror}. Choose another address with BIND"

    def status(self, path: str, host: str) -> tuple[int, str]:
        """Status and body of a GET of `path` with this `Host` header; 0 and the reason without an answer."""
        line = _Line(self)
        try:
            line.request("GET", path, headers={"Host": host})
            answer = line.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error) or type(error).__name__
        finally:
            line.close()

    def _try_to_bind(self) -> OSError | None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            # without SO_REUSEPORT, which would let two sites share the port and each get half of the visitors
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                return error
        return None

    def _next(self) -> Address:
        return Address(self.host, self.port + 1 if self.port < 65535 else 8000)


class _Line(http.client.HTTPConnection):
    """A connection to an address, a unix socket included."""

    def __init__(self, address: Address) -> None:
        super().__init__(EVERYWHERE.get(address.host, address.host), address.port, timeout=2)
        self._path = address.path

    def connect(self) -> None:
        if not self._path:
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
