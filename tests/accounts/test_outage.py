"""What was revoked while Redis was away does not come back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import time_machine
from flask import Flask

from community.core import cache
from community.core.broadcast import log
from community.core.clock import now
from community.extensions import redis
from tests.cast import Person
from tests.visitor import Visitor


@pytest.fixture
def outage(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], object]:
    """`with outage():` Redis is away, and this process has noticed neither the beginning nor the end."""

    @contextmanager
    def outage() -> Iterator[None]:
        before = redis._client
        redis.bind("unix:///nowhere/valkey.sock")
        monkeypatch.setattr(cache, "_resting_until", 0.0)
        yield
        redis._client = before
        monkeypatch.setattr(cache, "_resting_until", 0.0)
        monkeypatch.setattr(log, "_resting_until", 0.0)

    return outage


def test_a_session_that_ended_meanwhile_stays_ended(
    as_: Callable[[Person], Visitor], bob: Person, outage: Callable, drain: Callable[[], dict[str, int]]
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with outage():
        assert as_(bob).post("/logout").status == 303
        assert drain()["RETRIED"] == 1
    cache._owed.clear()  # the process that ended it has ended too
    for hours in (1, 2):
        with time_machine.travel(now() + dt.timedelta(hours=hours)), outage():
            assert drain()["RETRIED"] == 1
    with time_machine.travel(now() + dt.timedelta(hours=4)):
        cache._owed.clear()
        assert drain()["DONE"] == 1
        assert kept.get("/settings/profile").location.startswith("/login")


def test_this_process_makes_up_for_it_as_soon_as_redis_is_back(
    as_: Callable[[Person], Visitor], bob: Person, outage: Callable
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with outage():
        assert as_(bob).post("/logout").status == 303
    assert kept.get("/settings/profile").location.startswith("/login")


def test_without_redis_a_session_that_ended_is_ended(
    as_: Callable[[Person], Visitor], bob: Person, outage: Callable
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with outage():
        as_(bob).post("/logout")
        assert kept.get("/settings/profile").location.startswith("/login")
