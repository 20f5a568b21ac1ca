"""A storage that is empty at the start of each test."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from community.adapters.storage import storage
from community.core.clock import now
from community.extensions import db
from community.media.models import MediaFile


@pytest.fixture(autouse=True)
def _empty_storage(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "app" in request.fixturenames:
        app: Flask = request.getfixturevalue("app")
        for folder in (app.extensions["config"].instance_dir / "media").glob("*"):
            shutil.rmtree(folder)


@pytest.fixture
def kept(app: Flask) -> Callable[[], list[str]]:
    """`kept()`: the names of the files in the storage that were not there when the test began."""

    def paths() -> set[str]:
        return {file.path for files in storage().listing() for file in files}

    before = paths()
    return lambda: sorted(paths() - before)


@pytest.fixture
def rows(app: Flask) -> Callable[[], list[MediaFile]]:
    """`rows()`: all uploads, oldest first."""
    return lambda: list(db.session.scalars(select(MediaFile).order_by(MediaFile.id)))


@pytest.fixture
def later() -> Iterator[Callable[[float], None]]:
    """`later(60)`: from here on it is a minute later."""
    with ExitStack() as journey:
        yield lambda seconds: journey.enter_context(time_machine.travel(now() + dt.timedelta(seconds=seconds), tick=True))
