"""The servers of the gateway's tests, one set for each module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from community.config import Config
from community.core.broadcast import log
from community.extensions import db, redis
from tests.outages import forget_outages
from tests.realtime.servers import Facts, Person, Server, Valkey, age_log

PATIENCE = 15.0  # seconds


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return Facts(tmp_path_factory.mktemp("facts") / "facts.json")


@pytest.fixture(scope="session")
def running(valkey: Valkey, facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(valkey, facts, tmp_path_factory.mktemp("site"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def publisher(running: Server) -> Iterator[Flask]:
    """This process as one more process of the site, which commits and pushes; the log is a minute old.

    It is more patient than a site: what a busy machine keeps waiting for half a second must not be lost.
    """
    for program in (running.valkey, running):
        if program.process is None or program.process.poll() is not None:
            program.start()  # a test that failed had stopped it
    app = Flask("publisher")
    app.extensions["config"] = Config(**running.settings)
    app.config["SQLALCHEMY_DATABASE_URI"] = running.settings["database_url"]
    db.init_app(app)
    before = redis._client
    redis.bind(running.valkey.url)
    forget_outages()
    age_log(running.valkey.url)
    log._client = (redis.connection_pool, log.connection(timeout=PATIENCE))
    with app.app_context():
        yield app
    redis._client = before
    forget_outages()


@pytest.fixture
def server(running: Server, publisher: Flask) -> Iterator[Server]:
    yield running
    for page in running.pages:
        page.close()
    running.pages.clear()


@pytest.fixture
def ann(facts: Facts) -> Person:
    return facts.person()


@pytest.fixture
def ben(facts: Facts) -> Person:
    return facts.person()
