"""What a community's storage takes, and what happens when it is full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update

from community.communities.models import Community, Space
from community.core.errors import StorageFull
from community.core.outbox.models import OutboxEvent
from community.extensions import db
from community.media import owners, services
from community.media.models import MediaFile
from tests.cast import Person, PlaceFacts
from tests.content import writer
from tests.databases import Database
from tests.pictures import picture, send
from tests.together import together
from tests.visitor import Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
BANNER = "/c/bikes/dashboard/settings/banner"


def limit(place: PlaceFacts, *, used: int, most: int) -> None:
    db.session.execute(update(Community).where(Community.id == place.id).values(storage_used=used, storage_limit=most))


def used(place: PlaceFacts) -> int:
    return db.session.execute(select(Community.storage_used).where(Community.id == place.id)).scalar_one()


def thresholds() -> list[int]:
    rows = select(OutboxEvent.payload).where(OutboxEvent.name == "storage.threshold_reached").order_by(OutboxEvent.id)
    return [payload["percent"] for payload in db.session.scalars(rows)]


@pytest.mark.usefixtures("db_session")
def test_bytes_are_counted_while_a_picture_waits_while_it_shows_and_no_more_when_it_is_gone(
    as_: As, ada: Person, bikes: PlaceFacts, drain: Drain
) -> None:
    before, content = used(bikes), picture(700, 300)
    send(as_(ada), BANNER, content)
    assert used(bikes) == before + len(content)
    drain()
    (row,) = db.session.query(MediaFile)
    assert used(bikes) == before + row.size == before + sum(one["bytes"] for one in row.variants.values())
    as_(ada).post(f"{BANNER}/delete")
    assert used(bikes) == before


@pytest.mark.usefixtures("db_session")
def test_a_failed_picture_takes_nothing(as_: As, ada: Person, bikes: PlaceFacts, drain: Drain) -> None:
    send(as_(ada), BANNER, picture(900, 900)[:500])
    assert used(bikes) == 500
    drain()
    assert used(bikes) == 0


@pytest.mark.usefixtures("db_session")
def test_a_full_storage_takes_nothing_more_and_says_so(
    as_: As, ada: Person, bikes: PlaceFacts, kept: Callable[[], list[str]]
) -> None:
    content = picture(700, 300)
    limit(bikes, used=1000, most=1000 + len(content) - 1)
    answer = send(as_(ada), BANNER, content)
    assert answer.status == 413
    assert "storage of this community is full" in answer.text("#picture-community-banner [role=alert]")
    assert (used(bikes), kept(), db.session.query(MediaFile).count(), thresholds()) == (1000, [], 0, [100])
    limit(bikes, used=1000, most=1000 + len(content))
    assert send(as_(ada), BANNER, content).status == 303


@pytest.mark.usefixtures("db_session")
def test_ones_own_picture_counts_against_no_community(as_: As, ada: Person, bikes: PlaceFacts, drain: Drain) -> None:
    limit(bikes, used=10, most=10)
    assert send(as_(ada), "/settings/profile/avatar", picture()).status == 303
    drain()
    assert used(bikes) == 10


@pytest.mark.usefixtures("db_session")
def test_ninety_per_cent_are_told_once(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    size = len(picture())
    limit(bikes, used=9000 - 2 * size, most=10_000)
    for what in ("banner", "avatar", "banner"):
        assert send(as_(ada), f"/c/bikes/dashboard/settings/{what}", picture()).status == 303
    assert thresholds() == [90]


@pytest.mark.usefixtures("db_session")
def test_variants_that_do_not_fit_any_more_are_a_failure_in_words(
    as_: As, ada: Person, bikes: PlaceFacts, drain: Drain, kept: Callable[[], list[str]]
) -> None:
    content = picture(2000, 700)
    send(as_(ada), BANNER, content)
    limit(bikes, used=len(content), most=len(content))
    drain()
    row = db.session.query(MediaFile).one()
    size = sum(one["bytes"] for one in row.variants.values())
    if row.processing_error is None:
        assert size <= len(content)
    else:
        assert "full" in row.processing_error and kept() == []
    assert used(bikes) == row.size


def test_of_two_uploads_at_once_exactly_one_is_refused_by_a_full_storage(
    app: Flask, committed_db: Database, ada: Person, bikes: PlaceFacts
) -> None:
    content = picture()
    spaces = list(db.session.scalars(select(Space.id).where(Space.community_id == bikes.id)))[:2]
    slots = [owners.slot("space", space_id, "banner", community_id=bikes.id) for space_id in spaces]
    by = writer(ada, bikes.id)
    db.session.rollback()
    for _ in range(5):
        limit(bikes, used=0, most=len(content) * 2 - 1)
        db.session.query(MediaFile).delete()
        db.session.commit()
        answers = together(app, [partial(services.upload_picture, slot, content, by=by) for slot in slots])
        assert sorted(isinstance(answer, StorageFull) for answer in answers) == [False, True]
        assert used(bikes) == len(content)
        assert db.session.query(MediaFile).count() == 1
        db.session.rollback()


def test_a_picture_that_is_replaced_and_prepared_at_once_stays_in_step(
    app: Flask, committed_db: Database, ada: Person, bikes: PlaceFacts, drain: Drain
) -> None:
    slot, by = owners.slot("community", bikes.id, "avatar", community_id=bikes.id), writer(ada, bikes.id)
    db.session.rollback()

    def prepare() -> None:
        from community.core.outbox import drain_all

        db.session.rollback()
        drain_all()

    for colour in ("red", "green", "blue"):
        upload = partial(services.upload_picture, slot, picture(colour=colour), by=by)
        together(app, [upload, prepare, partial(services.upload_picture, slot, picture(90, 90), by=by)])
    drain()
    rows = list(db.session.scalars(select(MediaFile)))
    shown = db.session.execute(select(Community.avatar).where(Community.id == bikes.id)).scalar_one()
    assert [row.storage_key for row in rows] == [shown]
    assert used(bikes) == rows[0].size
