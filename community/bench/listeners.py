"""Many light WebSocket clients in one process: they listen, note when each message came, and do little else.

Run as `python -m community.bench.listeners`. A JSON line on standard input says what to open; the answers are JSON
lines: `{"opened": seconds}`, `{"warm": true}` once every socket has heard message `first`, and
`{"arrivals": {n: [ns, …]}}` once `expect` later ones came, or after `seconds`. Times are of the
monotonic clock, which the processes of a machine share.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
AT_ONCE = 50
NUMBER = re.compile(rb"data-n=\W*(\d+)")
PONG = b"\x8a\x80\x00\x00\x00\x00"


class Client:
    """One socket."""

    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port), timeout=30)
        self._received = b""

    def shake(self, plan: Mapping[str, Any], entry: Mapping[str, str]) -> None:
        host = f"{plan['host']}:{plan['port']}"
        self.sock.sendall(HANDSHAKE.format(host=host, origin=plan["origin"], **entry).encode())

    def finish(self) -> None:
        """Read the answer to the handshake. Raises ConnectionError for anything but an upgrade."""
        while b"\r\n\r\n" not in self._received:
            self._received += self._more()
        head, _, self._received = self._received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(head.partition(b"\r\n")[0].decode())

    def frames(self) -> Iterator[bytes]:
        """The text frames that have come in; pings are answered. Raises ConnectionError when the server closes."""
        self._received += self._more()
        while (frame := self._frame()) is not None:
            opcode, payload = frame
            if opcode == 1:
                yield payload
            elif opcode == 9:
                self.sock.sendall(PONG)
            elif opcode == 8:
                raise ConnectionError(f"closed with {int.from_bytes(payload[:2], 'big')}")

    def _frame(self) -> tuple[int, bytes] | None:
        data = self._received
        if len(data) < 2:
            return None
        size, start = data[1] & 127, 2
        if size >= 126:
            start += 2 if size == 126 else 8
            size = int.from_bytes(data[2:start], "big")
        if len(data) < start + size:
            return None
        self._received = data[start + size :]
        return data[0] & 15, data[start : start + size]

    def _more(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the server went away")
        return data


def main() -> None:
    """Do what standard input asks for."""
    plan = json.loads(sys.stdin.readline())
    began = time.monotonic()
    clients = _open(plan)
    _say({"opened": round(time.monotonic() - began, 3)})
    poll = select.epoll()
    for number in clients:
        poll.register(number, select.EPOLLIN)
    _warm(poll, clients, int(plan["first"]))
    _say({"warm": True})
    _say({"arrivals": _listen(poll, clients, plan)})


def _open(plan: Mapping[str, Any]) -> dict[int, Client]:
    clients: dict[int, Client] = {}
    entries = plan["sockets"]
    for start in range(0, len(entries), AT_ONCE):
        batch = []
        for entry in entries[start : start + AT_ONCE]:
            client = Client(plan["host"], plan["port"])
            client.shake(plan, entry)
            batch.append(client)
        for client in batch:
            client.finish()
            clients[client.sock.fileno()] = client
    return clients


def _warm(poll: select.epoll, clients: Mapping[int, Client], first: int) -> None:
    cold = set(clients)
    while cold:
        for number, _ in poll.poll(60):
            if first in _numbers(clients[number]):
                cold.discard(number)


def _listen(poll: select.epoll, clients: Mapping[int, Client], plan: Mapping[str, Any]) -> Mapping[int, list[int]]:
    arrivals: dict[int, list[int]] = defaultdict(list)
    end, left = time.monotonic() + plan["seconds"], plan["expect"]
    while left > 0 and time.monotonic() < end:
        for number, _ in poll.poll(1):
            for message in _numbers(clients[number]):
                if message > plan["first"]:
                    arrivals[message].append(time.monotonic_ns())
                    left -= 1
    return arrivals


def _numbers(client: Client) -> list[int]:
    """The numbers of the messages that have come in."""
    return [int(found[1]) for found in map(NUMBER.search, client.frames()) if found]


def _say(values: Mapping[str, Any]) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
