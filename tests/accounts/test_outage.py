"""What was revoked while Redis was away does not come back with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine

from community.core import cache
from community.core.clock import now
from tests.cast import Person
from tests.outages import redis_away
from tests.visitor import Visitor


def test_a_session_that_ended_meanwhile_stays_ended(
    as_: Callable[[Person], Visitor], bob: Person, drain: Callable[[], dict[str, int]]
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with redis_away():
        assert as_(bob).post("/logout").status == 303
        assert drain()["RETRIED"] == 1
    cache._owed.clear()  # the process that ended it has ended too
    for hours in (1, 2):
        with time_machine.travel(now() + dt.timedelta(hours=hours)), redis_away():
            assert drain()["RETRIED"] == 1
    with time_machine.travel(now() + dt.timedelta(hours=4)):
        cache._owed.clear()
        assert drain()["DONE"] == 1
        assert kept.get("/settings/profile").location.startswith("/login")


def test_this_process_makes_up_for_it_as_soon_as_redis_is_back(
    as_: Callable[[Person], Visitor], bob: Person
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with redis_away():
        assert as_(bob).post("/logout").status == 303
    assert kept.get("/settings/profile").location.startswith("/login")


def test_without_redis_a_session_that_ended_is_ended(
    as_: Callable[[Person], Visitor], bob: Person
) -> None:
    kept = as_(bob)
    assert kept.get("/settings/profile").status == 200
    with redis_away():
        as_(bob).post("/logout")
        assert kept.get("/settings/profile").location.startswith("/login")
