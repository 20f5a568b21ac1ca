"""The value of BIND taken apart, and asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

import pytest

from community.launch.address import Address


@pytest.mark.parametrize(
    ("bind", "address"),
    [
        ("127.0.0.1:8000", Address("127.0.0.1", 8000)),
        ("[::1]:80", Address("::1", 80)),
        (":8000", Address("", 8000)),
        ("example.org:443", Address("example.org", 443)),
        ("unix:/run/site.sock", Address("", 0, "/run/site.sock")),
    ],
)
def test_addresses_are_understood(bind: str, address: Address) -> None:
    assert Address.parse(bind) == address
    assert str(address) == bind.removeprefix("unix:")


@pytest.mark.parametrize("bind", ["", "8000", "localhost", "localhost:", "localhost:http", "localhost:0", "a:65536"])
def test_other_addresses_are_refused(bind: str) -> None:
    with pytest.raises(ValueError, match="BIND must look like"):
        Address.parse(bind)


def test_a_free_port_has_no_obstacle_and_stays_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = Address("127.0.0.1", probe.getsockname()[1])
        assert "is in use" in (address.obstacle() or "")
    assert address.obstacle() is None
    assert address.obstacle() is None


def test_nobody_there_is_status_0_with_the_reason() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    status, reason = Address("127.0.0.1", port).status("/readyz", "localhost")
    assert status == 0
    assert "refused" in reason


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(f"{self.path} of {self.headers['Host']}".encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def unix_site(tmp_path: Path) -> Iterator[Path]:
    with UnixStreamServer(str(tmp_path / "s"), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield tmp_path / "s"
        server.shutdown()
        thread.join()


def test_a_unix_socket_is_asked_like_a_port(unix_site: Path) -> None:
    assert Address.parse(f"unix:{unix_site}").status("/readyz", "site.example") == (503, "/readyz of site.example")
