"""The way out of one connection: frames in their order, never blocking whoever sends.

Runs under gevent: nothing here waits but the greenlet that drains what the peer was too slow to take.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections import deque
from typing import Any

from community.core.clock import monotonic

MAX_PENDING = 256 * 1024
"""Bytes that may wait for a slow peer."""
SEND_BUFFER = 128 * 1024
"""Bytes the kernel may hold, so that slowness shows here and not after megabytes."""
MAX_INPUT = 256 * 1024
"""Bytes a peer may send within `INPUT_WINDOW` seconds, and after the closing frame."""
INPUT_WINDOW = 10.0

PING = b"\x89\x00"


def text_frame(payload: bytes) -> bytes:
    """A complete, unmasked text frame."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Pipe:
    """Stands in for the socket in the WebSocket library, so that all output of a connection goes one way."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.heard = monotonic()
        self.pending = 0
        self._waiting: deque[tuple[float, memoryview]] = deque()
        self._is_dead = False
        self._is_ending = False
        self._input, self._window = 0, self.heard
        self._direct: Any = None if isinstance(sock, ssl.SSLSocket) else getattr(sock, "_sock", sock)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def recv(self, size: int) -> bytes:
        """Read for the WebSocket library; nothing more from a peer that has sent too much."""
        if self._input > MAX_INPUT:
            return b""
        data = self.sock.recv(size)
        self.heard = monotonic()
        if self.heard - self._window > INPUT_WINDOW and not self._is_ending:
            self._input, self._window = 0, self.heard
        self._input += len(data)
        return data

    def send(self, data: bytes) -> int:
        """Write for the WebSocket library: handshake, pongs, the closing frame."""
        self.write(data)
        return len(data)

    def write(self, data: bytes) -> bool:
        """Send a whole frame, or keep it until the peer can take it. False: the peer is too slow, close."""
        if self._is_dead:
            return True
        sent = 0 if self._waiting else self._send_now(data)
        if sent < len(data):
            self._waiting.append((monotonic(), memoryview(data)[sent:]))
            self.pending += len(data) - sent
            if len(self._waiting) == 1:
                threading.Thread(target=self._drain, daemon=True).start()
        return self.pending <= MAX_PENDING

    def behind(self) -> float:
        """Seconds the oldest waiting frame has waited."""
        return monotonic() - self._waiting[0][0] if self._waiting else 0.0

    def end(self) -> None:
        """Before the closing frame: drop what waits, but for the first frame, which may be half sent."""
        self._is_ending, self._input = True, 0
        while len(self._waiting) > 1:
            self.pending -= len(self._waiting.pop()[1])

    def close(self) -> None:
        """The library has read its last byte. The server closes the socket itself, once the request is over."""
        self._is_dead = self._is_dead or not self._is_ending

    def fileno(self) -> int:
        return self.sock.fileno()

    def _send_now(self, data: bytes) -> int:
        if self._direct is None:
            return 0
        try:
            return int(self._direct.send(data, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return 0
        except OSError:
            self._is_dead = True
            return len(data)

    def _drain(self) -> None:
        try:
            while self._waiting:
                at, chunk = self._waiting[0]
                sent = self.sock.send(chunk)
                self.pending -= sent
                if sent == len(chunk):
                    self._waiting.popleft()
                else:
                    self._waiting[0] = (at, chunk[sent:])
        except OSError:
            self._is_dead = True
            self._waiting.clear()
