"""`/healthz` and `/readyz`: alive, and fit to serve."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, text

from community.app import create_app
from community.config import Config
from community.core import health
from community.extensions import db
from tests.databases import Database, Templates
from tests.outages import redis_away


@pytest.fixture
def database(templates: Templates, migrated: Database) -> Iterator[Database]:
    database = templates.copy(migrated)
    yield database
    templates.servers.drop(database)


@pytest.fixture
def site(database: Database, configure: Callable[..., Config], app: Flask) -> Iterator[FlaskClient]:
    """A site on a database of its own, which a test may break."""
    site = create_app(configure(database))
    yield site.test_client()
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def without_redis(app: Flask) -> Iterator[None]:
    with redis_away():
        yield


def change(database: Database, statement: str) -> None:
    with create_engine(database.owner_url, poolclass=NullPool).begin() as connection:
        connection.execute(text(statement))


def test_a_running_process_is_alive(site: FlaskClient) -> None:
    assert site.get("/healthz").text == "ok"


def test_a_migrated_database_is_ready(site: FlaskClient) -> None:
    response = site.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"ready": True, "database": "ok", "redis": "ok"}
    assert response.headers["Cache-Control"] == "no-store"


def test_a_database_of_an_older_release_is_not_ready(site: FlaskClient, database: Database) -> None:
    change(database, "UPDATE alembic_version SET version_num = '0000'")
    response = site.get("/readyz")
    assert response.status_code == 503
    assert response.json["database"] == ["migrations are not applied"]


def test_an_empty_database_is_not_ready(site: FlaskClient, database: Database) -> None:
    change(database, "DELETE FROM alembic_version")
    assert site.get("/readyz").json["database"] == ["migrations are not applied"]
    change(database, "DROP TABLE alembic_version")
    assert site.get("/readyz").json == {"ready": False, "database": ["ProgrammingError"], "redis": "ok"}


def test_a_missing_extension_is_named(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "NEEDED_EXTENSIONS", frozenset({"pg_trgm", "hyperspace"}))
    response = site.get("/readyz")
    assert response.status_code == 503
    assert response.json["database"] == ["extension hyperspace is missing"]


def test_a_database_that_is_away_is_not_ready_and_the_process_alive(
    configure: Callable[..., Config], migrated: Database, app: Flask
) -> None:
    away = Database("away", "postgresql+psycopg://nobody@/nothing?host=/nowhere", "postgresql+psycopg://x@/y?host=/z")
    site = create_app(configure(away)).test_client()
    response = site.get("/readyz")
    assert response.status_code == 503
    assert response.json == {"ready": False, "database": ["OperationalError"], "redis": "ok"}
    assert site.get("/healthz").status_code == 200
    page = site.get("/communities")
    assert page.status_code == 503
    assert "psycopg" not in page.text


def test_without_redis_the_site_is_ready_and_says_so(site: FlaskClient, without_redis: None) -> None:
    response = site.get("/readyz")
    assert response.status_code == 200
    assert response.json == {"ready": True, "database": "ok", "redis": "ConnectionError"}
