"""The world, made once a run, and each test's own look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text

from community.app import create_app
from community.config import Config
from community.core.schema import migrations
from community.extensions import bind_huey, db, redis
from tests.conftest import _instead_of_engine
from tests.databases import Database, Servers, Templates
from tests.permissions.asking import Asking
from tests.permissions.world import World, make_world


@pytest.fixture(scope="session")
def inhabited(templates: Templates, configure: Callable[..., Config], servers: Servers) -> Database:
    """A template with the world in it, and nothing left to deliver."""

    def fill(database: Database) -> None:
        app = create_app(configure(database))
        with app.app_context():
            migrations().upgrade()
            make_world().save(servers.folder / "world.json")
            db.engine.dispose()

    return templates.get("inhabited", fill)


@pytest.fixture(scope="session")
def world(inhabited: Database, servers: Servers) -> World:
    return World.load(servers.folder / "world.json")


@pytest.fixture(autouse=True)
def _clean_site() -> None:
    """What a request did is undone at once, and what the cache keeps stays true: nothing to clean between tests."""


@pytest.fixture(scope="module")
def asking(app: Flask, inhabited: Database, templates: Templates, world: World) -> Iterator[Asking]:
    """Requests by anybody, in this module's copy of the world; everybody has proved a moment ago who they are."""
    database = templates.copy(inhabited)
    engine = create_engine(database.url, poolclass=NullPool)
    config: Config = app.extensions["config"]
    bind_huey(config.redis_url or "", config.signing_secret)
    redis.flushdb()
    app.extensions["config"] = config.model_copy(update={"rate_limit_factor": 1_000_000})
    with app.app_context(), engine.connect() as connection, connection.begin() as outer:
        with _instead_of_engine(app, connection):
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # a busy machine pauses
            connection.execute(text("UPDATE sessions SET reauthenticated_at = now()"))
            asking = Asking(app, world, connection)
            asking.remember()
            yield asking
            db.session.remove()
        outer.rollback()
    app.extensions["config"] = config
    engine.dispose()
    templates.servers.drop(database)
