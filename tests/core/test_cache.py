"""The shared cache: values live as long as their generations, and the site lives without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from redis import Redis, RedisError

from community.core import cache
from community.core.transactions import unit_of_work
from community.extensions import redis as site_redis
from tests.cast import Person
from tests.outages import end_rests, redis_away
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db_session")


def look(key: str = "thing", generations: tuple[str, ...] = ("all",)) -> object:
    return cache.fetch(keys=[key], generations=generations).record(key, generations=generations)


def keep(value: object, key: str = "thing", generations: tuple[str, ...] = ("all",)) -> None:
    fetched = cache.fetch(keys=[key], generations=generations)
    cache.store(key, value, seconds=60, fetched=fetched, generations=generations)


def test_what_is_kept_is_found() -> None:
    assert look() is None
    keep({"name": "Bikes", "members": [1, 2]})
    assert look() == {"name": "Bikes", "members": [1, 2]}


def test_a_raised_generation_makes_it_old() -> None:
    keep("first")
    cache.raise_generation("all")
    assert look() is None
    keep("second")
    assert look() == "second"


def test_any_of_its_generations_makes_it_old() -> None:
    for raised in ("a", "b"):
        keep("value", generations=("a", "b"))
        assert look(generations=("a", "b")) == "value"
        cache.raise_generation(raised)
        assert look(generations=("a", "b")) is None


def test_a_generation_is_raised_after_the_commit() -> None:
    with unit_of_work():
        keep("value")
        cache.raise_later("all")
        assert look() == "value"
    assert look() is None


def test_a_rolled_back_change_raises_nothing() -> None:
    keep("value")
    with unit_of_work(commit=False):
        cache.raise_later("all")
        cache.forget_later("thing")
    assert look() == "value"


def test_a_slow_reader_cannot_bring_back_what_is_old() -> None:
    before_the_change = cache.fetch(keys=["thing"], generations=["all"])
    cache.raise_generation("all")
    cache.store("thing", "old", seconds=60, fetched=before_the_change, generations=["all"])
    assert look() is None


def test_values_can_be_forgotten_at_once() -> None:
    keep("value")
    cache.forget("thing")
    assert look() is None


@pytest.mark.parametrize("damaged", ["not json", "{}", "[]", '"text"', '{"v": 1}', "null", "\ufffd"])
def test_a_damaged_value_is_a_miss(redis: Redis, damaged: str) -> None:
    redis.set("thing", damaged)
    assert look() is None


def test_values_do_not_stay_for_ever(redis: Redis) -> None:
    keep("value")
    assert 54 <= redis.ttl("thing") <= 66


def test_keys_generations_and_a_counter_come_in_one_round_trip(redis: Redis) -> None:
    keep("value")
    cache.fetch(keys=["thing"], generations=["all"], counter=("pages", 120))
    before = redis.info("stats")["total_net_input_bytes"]
    seen = [cache.fetch(keys=["thing"], generations=["all"], counter=("pages", 120)) for _ in range(3)]
    assert [fetched.values["pages"] for fetched in seen] == ["2", "3", "4"]
    assert all(fetched.record("thing", generations=["all"]) == "value" for fetched in seen)
    assert 0 < redis.ttl("pages") <= 120
    assert redis.info("stats")["total_net_input_bytes"] - before < 1500


@pytest.fixture
def without_redis(app: Flask) -> Iterator[None]:
    with redis_away():
        yield


def test_without_redis_everything_is_a_miss(without_redis: None) -> None:
    keep("value")
    fetched = cache.fetch(keys=["thing"], generations=["all"], counter=("pages", 60))
    assert fetched.is_down
    assert fetched.record("thing", generations=["all"]) is None
    cache.forget("thing")


def test_a_generation_that_cannot_be_raised_is_still_owed(without_redis: None) -> None:
    with pytest.raises(RedisError):
        cache.raise_generation("all")
    with pytest.raises(RedisError):
        cache.raise_generation("all")
    with unit_of_work():
        cache.raise_later("all")


def test_an_outage_is_noticed_once_and_not_at_every_request(
    without_redis: None, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        cache.fetch(keys=["thing"])
    assert caplog.text.count("redis is not answering") == 1
    end_rests()  # two seconds later
    cache.fetch(keys=["thing"])
    assert caplog.text.count("redis is not answering") == 2


def test_without_redis_people_read_and_write(
    without_redis: None, as_: Callable[[Person], Visitor], bob: Person, guest: Person
) -> None:
    assert as_(guest).get("/communities").status == 200
    assert as_(bob).get("/c/bikes/").status == 200
    assert as_(bob).post("/settings/appearance", theme="DARK").status == 303
    assert as_(bob).get("/c/bikes/members").status == 200


def test_when_redis_comes_back_it_is_used_again(without_redis: None, app: Flask) -> None:
    assert cache.fetch(keys=["thing"]).is_down
    site_redis.bind(app.extensions["config"].redis_url)
    assert cache.fetch(keys=["thing"]).is_down
    end_rests()  # two seconds later
    assert not cache.fetch(keys=["thing"]).is_down
    keep("value")
    assert look() == "value"
    site_redis.close()
