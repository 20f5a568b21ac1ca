"""A small stage for the event bus: events, handlers that write down what they did, and parts for processes."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from dataclasses import dataclass
from typing import ClassVar

from flask import Flask
from huey import crontab
from sqlalchemy import text

from community.core.consumer import Consumer
from community.core.jobs import job
from community.core.jobs import tasks as _jobs  # noqa: F401 - registers them
from community.core.outbox import Delivered, Event, Permanent, Skip, handles, record
from community.core.outbox import tasks as _outbox  # noqa: F401
from community.core.transactions import unit_of_work
from community.extensions import bind_huey, db


@dataclass(frozen=True)
class ThingMade(Event):
    name: ClassVar[str] = "thing.made"
    aggregate: ClassVar[str] = "thing"
    thing_id: int
    community_id: int | None = None
    actor_user_id: int | None = None
    mood: str = "fine"
    parts: tuple[int, ...] = ()
    due: dt.date | None = None


@dataclass(frozen=True)
class ThingSeen(Event):
    name: ClassVar[str] = "thing.seen"
    aggregate: ClassVar[str] = "thing"
    thing_id: int


@dataclass(frozen=True)
class AlarmRaised(Event):
    name: ClassVar[str] = "alarm.raised"
    aggregate: ClassVar[str] = "alarm"
    priority: ClassVar[int] = 100
    alarm_id: int


@dataclass(frozen=True)
class NoteSent(Event):
    name: ClassVar[str] = "note.sent"
    aggregate: ClassVar[str] = "note"
    note_id: int
    mood: str = "fine"


def note(handler: str, *delivered: Delivered, facts: str = "") -> None:
    """Write down effects; nothing in the table keeps one from standing there twice."""
    db.session.execute(
        text("INSERT INTO effects SELECT :handler, unnest(CAST(:events AS bigint[])), :facts, :pid"),
        {"handler": handler, "events": [one.id for one in delivered], "facts": facts, "pid": os.getpid()},
    )


@handles(ThingMade, lane="notify")
def tell(events: list[Delivered]) -> None:
    note("tell", *events)


@handles(ThingMade, lane="search")
def index(events: list[Delivered]) -> None:
    note("index", *events)
    for delivered in events:
        if delivered.event.mood == "poison":
            raise ValueError("this thing cannot be indexed")
        if delivered.event.mood == "hopeless":
            raise Permanent("no such thing")
        if delivered.event.mood == "boring":
            raise Skip
        if delivered.event.mood == "chatty":
            record(ThingSeen(thing_id=delivered.event.thing_id))


@handles(ThingSeen, AlarmRaised, lane="maintenance")
def watch(events: list[Delivered]) -> None:
    note("watch", *events)


@handles(NoteSent, lane="email", outside=True)
def send(delivered: Delivered) -> None:
    """What is sent is committed at once, like a mail: nothing takes it back."""
    with unit_of_work():
        note("send", delivered, facts=delivered.delivery_key)
    if delivered.event.mood == "poison":
        raise ValueError("the mail server said no")
    if delivered.event.mood == "slow":
        time.sleep(60)


@job("tick", every=crontab())
def tick() -> int:
    db.session.execute(text("INSERT INTO effects (handler, pid) VALUES ('tick', :pid)"), {"pid": os.getpid()})
    return 1


@job("nightly", every=crontab(hour="3", minute="10"))
def nightly() -> int:
    db.session.execute(text("INSERT INTO effects (handler, pid) VALUES ('nightly', :pid)"), {"pid": os.getpid()})
    time.sleep(0.2)
    return 7


def make_app() -> Flask:
    """The bus without the product around it."""
    app = Flask("stage")
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["STAGE_DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, "pool_size": 10}
    db.init_app(app)
    bind_huey(os.environ["STAGE_REDIS_URL"], os.environ["STAGE_SECRET"])
    return app


def write(count: int) -> None:
    """Record things, one or a few in a transaction."""
    for number in range(count):
        with unit_of_work():
            for _ in range(1 + number % 3):
                record(ThingMade(thing_id=number))
            record(NoteSent(note_id=number))


def main() -> None:
    """Play the part named on the command line: `work`, or `write` with a number."""
    app = make_app()
    if sys.argv[1] == "work":
        Consumer(app, threads=int(os.environ["STAGE_THREADS"])).run()
    elif sys.argv[1] == "write":
        with app.app_context():
            write(int(sys.argv[2]))

