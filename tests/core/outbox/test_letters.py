"""Dead letters: seen, tried again, discarded; handlers paused."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from community.core.errors import Conflict
from community.core.outbox import drain_all, letters, record_all
from community.core.outbox.models import DeliveryCount
from community.core.transactions import unit_of_work
from community.extensions import db
from tests.core.outbox.stage import ThingMade

pytestmark = pytest.mark.usefixtures("stage_session")


def test_dead_letters_are_listed_by_pages_the_newest_first():
    numbers = bury(5)
    first = letters.dead_letters(limit=3)
    assert [letter.event_id for letter in first] == numbers[:1:-1]
    assert [letter.event_id for letter in letters.dead_letters(before=first[-1].event_id)] == numbers[1::-1]
    letter = first[0]
    assert (letter.handler, letter.name, letter.tries) == ("stage.index", "thing.made", 1)
    assert letter.error == "Permanent: no such thing"


def test_a_letter_is_tried_again_once_and_then_it_is_settled():
    (number,) = bury(1)
    heal()
    with unit_of_work():
        letters.retry(number, "stage.index")
    assert drain_all() == {"DONE": 1}
    assert effects() == 1
    with pytest.raises(Conflict), unit_of_work():
        letters.retry(number, "stage.index")
    assert not drain_all()


def test_all_letters_of_a_handler_are_tried_again():
    bury(3)
    heal()
    with unit_of_work():
        assert letters.retry_all("stage.index") == 3
    assert drain_all() == {"DONE": 3}
    assert letters.dead_letters() == []


def test_a_discarded_letter_is_counted_and_gone():
    first, *_ = bury(3)
    with unit_of_work():
        letters.discard(first, "stage.index")
        assert letters.discard_all("stage.index") == 2
    assert letters.waiting() == []
    count = db.session.get_one(DeliveryCount, ("stage.index", db.session.scalar(text("SELECT now()::date")), "DISCARDED"))
    assert count.count == 3
    with pytest.raises(Conflict), unit_of_work():
        letters.discard(first, "stage.index")


def test_what_waits_is_counted_by_handler_and_state():
    bury(2)
    with unit_of_work():
        record_all([ThingMade(thing_id=1)])
    assert [(one.lane, one.handler, one.status, one.count) for one in letters.waiting()] == [
        ("notify", "stage.tell", "PENDING", 1),
        ("search", "stage.index", "DEAD", 2),
        ("search", "stage.index", "PENDING", 1),
    ]


def test_a_handler_is_paused_and_goes_on():
    with unit_of_work():
        letters.pause("stage.index")
        record_all([ThingMade(thing_id=1)])
    assert drain_all() == {"DONE": 1}
    with unit_of_work():
        letters.resume("stage.index")
    assert drain_all() == {"DONE": 1}
    with pytest.raises(KeyError), unit_of_work():
        letters.pause("stage.nobody")


def bury(count: int) -> list[int]:
    with unit_of_work():
        numbers = record_all([ThingMade(thing_id=number, mood="hopeless") for number in range(count)])
    assert drain_all() == {"DONE": count, "DEAD": count}
    db.session.execute(text("DELETE FROM effects"))
    return numbers


def heal() -> None:
    with unit_of_work():
        db.session.execute(text("UPDATE outbox_events SET payload = '{}'"))


def effects() -> int:
    return db.session.execute(text("SELECT count(*) FROM effects")).scalar_one()
