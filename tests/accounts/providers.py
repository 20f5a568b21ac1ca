"""Providers people log in by: a real one of OpenID Connect, and servers that speak as GitHub and Discord document it."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from oidc_provider_mock import run_server_in_thread

from tests.cast import Person
from tests.visitor import Page, Visitor


class OpenId:
    """A provider of OpenID Connect and its people."""

    key = "oidc"

    def __init__(self, port: int) -> None:
        self.issuer = f"http://localhost:{port}"
        self.settings = {"oidc_name": "Example ID", "oidc_issuer": self.issuer, "oidc_client_id": "community",
                         "oidc_client_secret": "a secret of ours"}

    def knows(self, subject: str, **claims: object) -> None:
        """Somebody has an account there."""
        body = json.dumps(claims).encode()
        request = urllib.request.Request(f"{self.issuer}/users/{subject}", body, {"Content-Type": "application/json"},
                                         method="PUT")
        urllib.request.urlopen(request).close()

    def agree(self, address: str, subject: str) -> str:
        """Log in there and agree; returns the path the browser is sent back to."""
        return self._answer(address, {"sub": subject})

    def refuse(self, address: str) -> str:
        return self._answer(address, {"action": "deny"})

    def _answer(self, address: str, form: dict[str, str]) -> str:
        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        with pytest.raises(urllib.error.HTTPError) as sent:
            urllib.request.build_opener(Stay).open(address, urlencode(form).encode())
        sent.value.close()
        assert sent.value.code == 302
        return local(sent.value.headers["Location"])


@contextmanager
def open_id() -> Iterator[OpenId]:
    """A provider of OpenID Connect, running."""
    with run_server_in_thread() as server:
        yield OpenId(server.server_port)


class Api:
    """A server that answers as told, by path, and remembers what it was asked."""

    def __init__(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        self.answers: dict[str, object] = {}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        """Path, form and headers of each request."""


@contextmanager
def api() -> Iterator[Api]:
    """A server without answers yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            served.asked.append((self.path, {k: v[0] for k, v in parse_qs(sent).items()}, dict(self.headers)))
            answer = served.answers.get(self.path)
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(200 if answer is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    served = Api(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def local(address: str) -> str:
    """The path and query of an address of the site."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost", address
    return f"{parts.path}?{parts.query}"


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(visitor: Visitor, provider: OpenId, subject: str, *, query: str = "") -> Page:
    """Go to the provider, agree there, and come back to the last step."""
    started = visitor.get(f"/oauth/oidc/start{query}")
    assert started.status == 303, started.html
    back = visitor.get(provider.agree(started.location, subject))
    return back.follow() if back.location else back


def linked(person: Person, subject: str, provider: OpenId, as_: Callable[..., Visitor]) -> None:
    """Link an account of the provider to somebody."""
    provider.knows(subject, email=f"{subject}@elsewhere.example", email_verified=True)
    page = come_back(as_(person, confirmed=True), provider, subject, query="?link=1")
    assert page.form().send().location == "/settings/connections?linked=oidc"
