"""Sessions in use live on; ended ones stay ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from community.accounts.models import Session, User
from community.accounts.tasks import write_sessions_seen
from community.core import cache
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.accounts.conftest import is_logged_in
from tests.cast import PASSWORD, Person
from tests.visitor import Visitor

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def newest(person: Person) -> Session:
    return db.session.query(Session).filter_by(user_id=person.user_id).order_by(Session.id.desc()).first()


@pytest.mark.parametrize(("remember", "life"), [({"remember": "on"}, 30 * DAY), ({}, 12 * HOUR)])
def test_a_session_in_use_gets_its_full_life_again(
    remember: dict[str, str], life: dt.timedelta, stranger: Visitor, bob: Person, db_session: object
) -> None:
    stranger.post("/login", identifier="bob", password=PASSWORD, **remember)
    later = now() + 2 * HOUR
    with time_machine.travel(later, tick=False):
        assert is_logged_in(stranger)
        assert newest(bob).last_seen_at < later, "a page writes nothing to the tables"
        with unit_of_work():
            assert write_sessions_seen() == 1
            assert write_sessions_seen() == 1, "repeated before the commit"
    seen = newest(bob)
    assert abs(seen.last_seen_at - later) < dt.timedelta(seconds=1)
    assert abs(seen.expires_at - (later + life)) < dt.timedelta(seconds=1)
    assert db.session.get(User, bob.user_id).last_seen_at == seen.last_seen_at
    with time_machine.travel(later + life - HOUR):
        assert is_logged_in(stranger)
    with unit_of_work():
        assert write_sessions_seen() == 1
    with time_machine.travel(later + 3 * life):
        assert not is_logged_in(stranger)


def test_a_session_is_noted_once_an_hour_and_its_cookie_renewed(stranger: Visitor, db_session: object) -> None:
    stranger.post("/login", identifier="bob", password=PASSWORD, remember="on")
    assert "Set-Cookie" not in stranger.get("/").headers
    with time_machine.travel(now() + HOUR + dt.timedelta(seconds=1)):
        assert "Set-Cookie" in stranger.get("/").headers
        assert "Set-Cookie" not in stranger.get("/").headers
    with unit_of_work():
        assert write_sessions_seen() == 1
    with unit_of_work():
        assert write_sessions_seen() == 0


def test_an_ended_session_is_not_brought_back(stranger: Visitor, bob: Person, db_session: object) -> None:
    stranger.post("/login", identifier="bob", password=PASSWORD)
    with time_machine.travel(now() + 2 * HOUR):
        assert is_logged_in(stranger)
        stranger.post("/logout")
        before = newest(bob).expires_at
        with unit_of_work():
            assert write_sessions_seen() == 0
    assert newest(bob).expires_at == before


def test_a_slow_request_does_not_store_a_session_that_was_ended_meanwhile(
    as_: Callable[[Person], Visitor], bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, keep = as_(bob), []
    monkeypatch.setattr(cache, "store", lambda *args, **options: keep.append((args, options)))
    assert is_logged_in(visitor)
    monkeypatch.undo()
    as_(bob).post("/logout")
    for args, options in keep:
        cache.store(*args, **options)
    assert not is_logged_in(visitor)
