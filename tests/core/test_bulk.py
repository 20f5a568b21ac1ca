"""Loading many rows at once."""

from __future__ import annotations

import itertools

import psycopg
import pytest
from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session, scoped_session

from community.communities.models import Tag
from community.core import bulk
from tests.cast import PlaceFacts

pytestmark = pytest.mark.usefixtures("db_session")


def add_tags(bikes: PlaceFacts, *names: str) -> list[int]:
    ids = bulk.reserve_ids(Tag, len(names))
    bulk.copy_rows(Tag, ("id", "community_id", "name", "slug"),
                   [(number, bikes.id, name, name) for number, name in zip(ids, names, strict=True)])
    return ids


def test_reserved_ids_grow_and_are_given_once() -> None:
    first, second = bulk.reserve_ids(Tag, 3), bulk.reserve_ids(Tag, 2)
    assert sorted(set(first + second)) == first + second
    assert bulk.reserve_ids(Tag, 0) == []


def test_copied_rows_stand_under_their_reserved_ids(db_session: scoped_session[Session], bikes: PlaceFacts) -> None:
    ids = add_tags(bikes, "hubs", "tabs\tand\nlines")
    found = db_session.execute(select(Tag.id, Tag.name, Tag.post_count).where(bulk.among(Tag.id, ids)).order_by(Tag.id)).all()
    assert [tuple(row) for row in found] == [(ids[0], "hubs", 0), (ids[1], "tabs\tand\nlines", 0)]


def test_a_row_that_breaks_a_rule_raises(bikes: PlaceFacts) -> None:
    add_tags(bikes, "hubs")
    with pytest.raises(psycopg.errors.UniqueViolation):
        add_tags(bikes, "rims", "Hubs")


def test_counters_are_added_to_by_id(db_session: scoped_session[Session], bikes: PlaceFacts) -> None:
    hubs, rims, tyres = add_tags(bikes, "hubs", "rims", "tyres")
    bulk.add_each(Tag, "post_count", {rims: 2, hubs: 5})
    bulk.add_each(Tag, "post_count", {rims: 1})
    bulk.add_each(Tag, "post_count", {})
    found = db_session.execute(select(Tag.id, Tag.post_count).where(Tag.community_id == bikes.id)).all()
    assert {row.id: row.post_count for row in found} == {hubs: 5, rims: 3, tyres: 0}


def test_a_table_of_values_can_be_joined(db_session: scoped_session[Session], bikes: PlaceFacts) -> None:
    hubs, rims = add_tags(bikes, "hubs", "rims")
    given = bulk.table_of(id=(BigInteger(), [rims, hubs]), number=(BigInteger(), [7, 8]))
    found = db_session.execute(select(Tag.name, given.c.number).join(given, given.c.id == Tag.id).order_by(Tag.name)).all()
    assert [tuple(row) for row in found] == [("hubs", 8), ("rims", 7)]


def test_names_are_neither_taken_nor_given_twice() -> None:
    def candidates(name: str) -> itertools.chain[str]:
        return itertools.chain([name], (f"{name}{number}" for number in itertools.count(2)))

    asked: list[set[str]] = []

    def taken(names: object) -> set[str]:
        asked.append(set(names))  # type: ignore[call-overload]
        return {"ada2"}

    chosen = bulk.free_names([candidates("ada"), candidates("bob"), candidates("ada"), candidates("ada")], taken)
    assert chosen == ["ada", "bob", "ada3", "ada4"]
    assert asked[0] == {"ada", "bob"}
