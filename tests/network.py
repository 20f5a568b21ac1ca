"""Tests talk to this machine only."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex
_getaddrinfo = socket.getaddrinfo


class OutsideRefused(RuntimeError):
    """A test tried to reach another machine."""


def forbid() -> None:
    """Refuse every connection and name look-up that would leave this machine."""
    socket.socket.connect = _guarded(_connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded(_connect_ex)  # type: ignore[method-assign]
    socket.getaddrinfo = _looked_up


def _guarded(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            _check(address[0])
        return original(self, address)

    return connect


def _looked_up(host: Any, *args: Any, **kwargs: Any) -> Any:
    if host is not None:
        _check(host.decode() if isinstance(host, bytes) else host)
    return _getaddrinfo(host, *args, **kwargs)


def _check(host: str) -> None:
    if host in ("", "localhost"):
        return
    try:
        is_here = ipaddress.ip_address(host.partition("%")[0]).is_loopback or host in ("0.0.0.0", "::")
    except ValueError:
        is_here = False
    if not is_here:
        raise OutsideRefused(f"tests do not talk to {host}")
