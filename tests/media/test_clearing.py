"""What is cleared up after uploads: by jobs, and after processes that died."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from community.adapters.storage import storage
from community.communities.models import Community, CommunityEmoji
from community.core import clock
from community.core.outbox.models import EventDelivery
from community.extensions import db
from community.media import tasks
from community.media.models import MediaFile
from tests.cast import Person, PlaceFacts
from tests.pictures import picture, send
from tests.visitor import Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
Kept = Callable[[], list[str]]
Rows = Callable[[], list[MediaFile]]
MINE = "/settings/profile/avatar"
pytestmark = pytest.mark.usefixtures("db_session")


def test_what_nobody_works_on_any_more_is_told_to_who_sent_it(
    as_: As, bob: Person, rows: Rows, later: Callable[[float], None]
) -> None:
    send(as_(bob), MINE, picture())
    db.session.query(EventDelivery).delete()
    assert tasks.media_stuck() == 0
    later(11 * 60)
    assert tasks.media_stuck() == 1
    db.session.commit()
    assert "try again" in as_(bob).get("/settings/profile").text("#picture-user-avatar [role=alert]")


def test_what_nothing_shows_goes_after_a_day(
    as_: As, bob: Person, ada: Person, bikes: PlaceFacts, drain: Drain, kept: Kept, rows: Rows,
    later: Callable[[float], None],
) -> None:
    send(as_(bob), MINE, picture())
    send(as_(ada), "/c/bikes/dashboard/emoji/fire/picture", picture())
    send(as_(ada), "/c/bikes/dashboard/settings/avatar", picture())
    drain()
    fire = db.session.query(CommunityEmoji).filter_by(community_id=bikes.id, code="fire").one()
    db.session.delete(fire)
    db.session.flush()
    assert (tasks.media_loose(), len(rows())) == (0, 3)
    later(25 * 3600)
    assert tasks.media_loose() == 1
    drain()
    assert [row.attached_to for row in rows()] == [f"user:{bob.user_id}", f"community:{bikes.id}"]
    assert len(kept()) == 4
    assert db.session.get_one(Community, bikes.id).storage_used == rows()[1].size


def test_files_of_a_process_that_died_are_removed_by_a_job(
    app: Flask, as_: As, bob: Person, drain: Drain, kept: Kept
) -> None:
    send(as_(bob), MINE, picture())
    drain()
    folder = app.extensions["config"].instance_dir / "media"
    (key,) = {path.split("/")[1] for path in kept()}
    storage().write("ab/" + "ab" * 16 + "/upload", b"left behind")
    storage().write(f"{key[:2]}/{key}/upload", b"left behind too")
    assert tasks.media_files() == 0
    for path in folder.rglob("*"):
        os.utime(path, (clock.now().timestamp() - 100_000,) * 2)
    assert tasks.media_files() == 2
    assert [path.rpartition("/")[2] for path in kept()] == ["256.webp", "64.webp"]
