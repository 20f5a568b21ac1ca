"""Requests to other machines stay within their limits."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from community.adapters import http


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"x" * 4096
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "/there")
        self.send_header("Set-Cookie", "a=b")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        http.bound(session)
        yield session


def test_an_answer_is_read_and_its_cookies_are_not_kept(session: requests.Session, url: str) -> None:
    answer = session.get(f"{url}/")
    assert len(answer.content) == 4096
    assert not list(session.cookies)


def test_nobody_leads_us_elsewhere(session: requests.Session, url: str) -> None:
    with pytest.raises(requests.TooManyRedirects):
        session.get(f"{url}/away")


def test_what_is_too_large_is_not_read(session: requests.Session, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 4095)
    with pytest.raises(http.TooMuch):
        session.get(f"{url}/")


def test_what_takes_too_long_is_not_read(session: requests.Session, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TOTAL_SECONDS", -1)
    with pytest.raises(http.TooMuch):
        session.get(f"{url}/")


def test_the_environment_has_no_say(session: requests.Session, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert session.get(f"{url}/").status_code == 200
