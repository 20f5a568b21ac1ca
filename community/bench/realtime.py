"""How long a message takes from the commit to the sockets, and how many a process delivers."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from flask import Flask
from rich.console import Console
from rich.table import Table
from sqlalchemy import select as select_rows
from sqlalchemy import text

from community.accounts import services as accounts
from community.accounts.devices import Device
from community.accounts.models import User
from community.app import create_app
from community.bench import meter
from community.bench.instance import private_instance
from community.bench.pages import cookie_of
from community.bench.seed import seed
from community.core import broadcast, topics
from community.core.clock import micros
from community.core.transactions import after_commit, unit_of_work
from community.extensions import db

SOCKETS_PER_PERSON = 10
LINES = "A comment of some lines. " * 40
FRAGMENT = '<hx-partial hx-target="#thread"><article data-n="{n}">' + LINES + "</article></hx-partial>"
ROOMS = {"room_20": (20, 200, 0.02), "room_1000": (1000, 60, 0.2)}
"""Sockets, messages, and seconds between the messages."""
BURST = 50


@dataclass(frozen=True)
class Latency:
    """Milliseconds from the commit to the arrival in the client's process, over all deliveries of a room."""

    sockets: int
    messages: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    lost: int


@dataclass(frozen=True)
class Person:
    """Somebody who opens sockets."""

    user_id: int
    cookie: str


def main(target: Path | None) -> None:
    """Measure on a private instance and report; `target` gets the figures as JSON under stable keys."""
    with private_instance() as instance:
        app = create_app(instance.config)
        seed(app, posts=100)
        people = _people(app, max(sockets for sockets, _, _ in ROOMS.values()) // SOCKETS_PER_PERSON)
        figures = run(instance.url, app=app, people=people, topic=_topic(app), web=instance.web)
    _print(figures)
    if target is not None:
        target.write_text(json.dumps(figures, indent=2))


def run(base_url: str, *, app: Flask, people: Sequence[Person], topic: str,
        web: psutil.Process | None = None) -> dict[str, Any]:
    """Measure the site at `base_url`. This process publishes as one of its processes, through `app`.

    `web` is the web server's master process, for its memory; `people` may all read `topic`.
    """
    figures: dict[str, Any] = {"cpus": os.cpu_count(), "workers": len(web.children()) if web else 0}
    empty = _memory(web)
    for name, (sockets, count, pause) in ROOMS.items():
        spent = _cpu(web)
        with _listening(base_url, app, people, topic, sockets, expect=sockets * count) as room:
            opening = _cpu(web) - spent
            figures[name] = asdict(_latency(room, app, topic, count, pause)) | {
                "open_seconds": room.opened, "open_cpu_ms": round(opening * 1000 / sockets, 2),
                "memory_mb": round((_memory(web) - empty) / 2**20, 1)}
    sockets = ROOMS["room_1000"][0]
    with _listening(base_url, app, people, topic, sockets, expect=sockets * BURST) as room:
        figures["fan_out"] = _burst(room, app, topic)
    return figures


class Room:
    """A process full of listeners. Its messages have numbers above `first`, which no other room uses."""

    def __init__(self, process: subprocess.Popen[str], sockets: int, first: int) -> None:
        self.process, self.sockets, self.first = process, sockets, first
        self.opened: float = self.read()["opened"]

    def has_spoken(self, seconds: float) -> bool:
        """Wait for its next line, at most so long."""
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def read(self) -> Any:  # noqa: ANN401 - what the process says
        """Its next line. Raises RuntimeError when it has ended."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise RuntimeError("the listeners ended early")
        return json.loads(line)


@contextmanager
def _listening(base_url: str, app: Flask, people: Sequence[Person], topic: str, sockets: int, *,
               expect: int) -> Iterator[Room]:
    """Sockets of these people, all of them known to hear the topic."""
    address, first = urlsplit(base_url), micros()
    plan = {"host": address.hostname, "port": address.port, "origin": base_url, "first": first, "expect": expect,
            "seconds": 60, "sockets": _entries(app, people, topic, sockets)}
    process = subprocess.Popen([sys.executable, "-m", "community.bench.listeners"], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        if process.stdin is None:
            raise RuntimeError("the listeners cannot be told what to do")
        process.stdin.write(json.dumps(plan) + "\n")
        process.stdin.flush()
        room = Room(process, sockets, first)
        while not room.has_spoken(0.3):
            _push(app, topic, first)
        room.read()
        yield room
    finally:
        process.kill()
        process.wait()


def _entries(app: Flask, people: Sequence[Person], topic: str, sockets: int) -> list[dict[str, str]]:
    with app.app_context():
        paths = [f"/ws?t={topics.sign([topic], user_id=one.user_id)}&since={micros() - topics.SLACK}" for one in people]
    return [{"path": paths[number % len(people)], "cookie": people[number % len(people)].cookie}
            for number in range(sockets)]


def _latency(room: Room, app: Flask, topic: str, count: int, pause: float) -> Latency:
    committed = {}
    for number in range(room.first + 1, room.first + 1 + count):
        committed[number] = _push(app, topic, number)
        time.sleep(pause)
    arrivals = room.read()["arrivals"]
    taken = sorted((at - committed[int(n)]) / 1e6 for n, times in arrivals.items() for at in times)
    return Latency(
        sockets=room.sockets, messages=count, p50_ms=_at(taken, 0.5), p95_ms=_at(taken, 0.95), p99_ms=_at(taken, 0.99),
        max_ms=_at(taken, 1.0), lost=room.sockets * count - len(taken))


def _burst(room: Room, app: Flask, topic: str) -> dict[str, float]:
    """Many messages in one transaction, to see how fast they leave."""
    with app.app_context(), unit_of_work():
        for number in range(room.first + 1, room.first + 1 + BURST):
            broadcast.push(topic, FRAGMENT.format(n=number))
        began = time.monotonic_ns()
    arrivals = room.read()["arrivals"]
    times = [at for one in arrivals.values() for at in one]
    seconds = (max(times) - began) / 1e9
    return {"deliveries": len(times), "lost": room.sockets * BURST - len(times), "seconds": round(seconds, 3),
            "per_second": round(len(times) / seconds)}


def _push(app: Flask, topic: str, number: int) -> int:
    """Commit and push a message; returns when the commit was done, in nanoseconds of the monotonic clock."""
    committed: list[int] = []
    with app.app_context(), unit_of_work():
        db.session.execute(text("SELECT 1"))
        broadcast.push(topic, FRAGMENT.format(n=number))
        after_commit("bench", lambda: committed.append(time.monotonic_ns()))
    return committed[0]


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


def _cpu(web: psutil.Process | None) -> float:
    return meter.cpu_seconds([web, *web.children(recursive=True)]) if web else 0.0


def _memory(web: psutil.Process | None) -> int:
    return meter.memory_bytes([web, *web.children(recursive=True)]) if web else 0


def _people(app: Flask, count: int) -> list[Person]:
    device = Device(None, "bench", "OTHER", "bench")
    with app.app_context(), unit_of_work():
        members = select_rows(User).where(User.username.like("member%")).order_by(User.id).limit(count)
        return [Person(user.id, cookie_of(app, accounts.start_session(user, remember=True, device=device)))
                for user in db.session.scalars(members).all()]


def _topic(app: Flask) -> str:
    """A post that everybody may read."""
    public = text("""SELECT posts.public_id FROM posts JOIN spaces ON spaces.id = space_id
                     WHERE visibility = 'PUBLIC' LIMIT 1""")
    with app.app_context():
        return topics.topic("post", db.session.scalars(public).one())


def _print(figures: dict[str, Any]) -> None:
    table = Table("sockets", "messages", "p50 ms", "p95 ms", "p99 ms", "max ms", "lost", "open s", "open CPU ms", "MB")
    for name in ROOMS:
        table.add_row(*(str(value) for value in figures[name].values()))
    console = Console()
    console.print(table)
    burst = figures["fan_out"]
    console.print(f"Fan-out: {burst['per_second']:,} deliveries a second over {figures['workers']} workers")
