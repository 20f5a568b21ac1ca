"""A site for every test: real PostgreSQL and Valkey, the cast in place, and nothing left behind.

The servers are those of `DATABASE_URL` and `REDIS_URL`, else embedded ones in a folder of their own. Each worker has a
copy of one template database. A test runs in one transaction that is rolled back; `committed_db` gives it a database of
its own instead, for what several processes or connections must see.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from argon2 import PasswordHasher, profiles
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session, scoped_session

from community.adapters.mail import outbox
from community.app import create_app
from community.config import Config
from community.core import crypto
from community.core.outbox import drain_all
from community.core.schema import migrations
from community.extensions import bind_huey, db, huey
from community.extensions import redis as site_redis
from tests import network
from tests.cast import assemble
from tests.databases import Database, Servers, Templates, make_folder, remove_templates
from tests.outages import forget_outages
from tests.visitor import Client

pytest_plugins = ["tests.people", "tests.laboratory"]

FOLDER = pytest.StashKey[Path]()
ENVIRONMENT = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def pytest_configure(config: pytest.Config) -> None:
    network.forbid()
    crypto.hasher = PasswordHasher.from_parameters(profiles.CHEAPEST)
    worker = getattr(config, "workerinput", None)
    config.stash[FOLDER] = Path(worker["folder"]) if worker else make_folder()


def pytest_configure_node(node) -> None:  # type: ignore[no-untyped-def]
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or FOLDER not in config.stash:
        return
    if os.environ.get("DATABASE_URL"):
        remove_templates(config.stash[FOLDER])
    shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file goes to one worker whole; all browser tests to one, which starts with them: they take the longest."""

    def group(item: pytest.Item) -> str:
        return "browser" if item.path.parent.name == "browser" else item.path.stem

    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
    items.sort(key=lambda item: group(item) != "browser")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Nobody shall overlook that a part did not run."""
    missed = [report for report in terminalreporter.stats.get("skipped", []) if "there is no Chromium" in str(report.longrepr)]
    if missed:
        terminalreporter.write_sep("!", f"BROWSER TESTS NOT RUN: no Chromium ({len(missed)} tests)", red=True, bold=True)


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    servers = Servers(pytestconfig.stash[FOLDER])
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def templates(servers: Servers) -> Templates:
    return Templates(servers)


@pytest.fixture(scope="session")
def worker_number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def configure(servers: Servers, worker_number: int) -> Callable[..., Config]:
    """Makes configurations of sites on the servers of this run."""

    def configure(database: Database, **changes: object) -> Config:
        values: dict[str, object] = {
            "database_url": database.url,
            "database_owner_url": database.owner_url,
            "redis_url": servers.redis_url(worker_number),
            "instance_dir": servers.folder / f"site-{worker_number}",
            "base_url": "http://localhost",
            "secret_key": SecretStr("a secret of the tests alone"),
            "encryption_key": SecretStr("tests:" + "A" * 43),
            "log_json": False,
            "reads_apart": False,  # a test sees what it has not committed
        }
        return Config(**(values | changes))  # type: ignore[arg-type]

    return configure


@pytest.fixture(scope="session")
def migrated(templates: Templates, configure: Callable[..., Config]) -> Database:
    """A template with all tables and no rows."""

    def fill(database: Database) -> None:
        _migrate(create_app(configure(database)))

    return templates.get("migrated", fill)


@pytest.fixture(scope="session")
def peopled(templates: Templates, configure: Callable[..., Config], servers: Servers) -> Database:
    """A template with the cast in it, and nothing left to deliver."""

    def fill(database: Database) -> None:
        app = create_app(configure(database))
        _migrate(app)
        with app.app_context():
            (servers.folder / "cast.json").write_text(assemble().to_json())
            drain_all()
            db.engine.dispose()

    return templates.get("peopled", fill)


@pytest.fixture(scope="session")
def app(templates: Templates, peopled: Database, configure: Callable[..., Config]) -> Iterator[Flask]:
    """The site of this worker."""
    database = templates.copy(peopled)
    app = create_app(configure(database))
    app.test_client_class = Client
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    yield app
    with app.app_context():
        db.engine.dispose()
    site_redis.close()
    templates.servers.drop(database)


@pytest.fixture(autouse=True)
def _clean_site(request: pytest.FixtureRequest) -> None:
    """Whatever uses the site finds it as it was at the start."""
    if not {"app", "db_session", "committed_db"} & set(request.fixturenames):
        return
    app: Flask = request.getfixturevalue("app")
    config: Config = app.extensions["config"]
    if huey.storage_kwargs != {"url": config.redis_url}:  # the tests of the event bus have another queue
        bind_huey(config.redis_url or "", config.signing_secret)
    forget_outages()
    site_redis.flushdb()
    shutil.rmtree(outbox(config).path, ignore_errors=True)
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db_session")


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session of a test, inside an application context. Commits are savepoints; in the end all is undone."""
    with app.app_context(), db.engine.connect() as connection, connection.begin() as outer:
        with _instead_of_engine(app, connection):
            yield db.session
            db.session.remove()
        outer.rollback()


@pytest.fixture
def committed_db(app: Flask, templates: Templates, peopled: Database) -> Iterator[Database]:
    """A database of its own, with real commits, inside an application context; its address is for other processes."""
    database = templates.copy(peopled)
    engine = create_engine(database.url, pool_pre_ping=True)
    with app.app_context(), _instead_of_engine(app, engine):
        yield database
        db.session.remove()
    engine.dispose()
    templates.servers.drop(database)


@pytest.fixture
def redis(app: Flask) -> object:
    """The site's own client of Valkey; empty at the start of the test."""
    return site_redis


@pytest.fixture
def drain(app: Flask) -> Callable[[], Counter[str]]:
    """`drain()`: deliver every event, as the workers would; counts the outcomes."""

    def drain() -> Counter[str]:
        db.session.commit()
        with app.app_context():
            outcomes = drain_all()
        db.session.expire_all()
        return outcomes

    return drain


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[EmailMessage]]:
    """`mails()`: what was sent, the newest first."""
    folder = outbox(app.extensions["config"])
    return lambda: [message for _, message in folder.messages()]


@pytest.fixture
def statements(app: Flask) -> Callable[[], contextmanager[list[str]]]:  # type: ignore[valid-type]
    """`with statements() as sent:` collects the SQL a block sends, savepoints left out."""

    @contextmanager
    def statements() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                sent.append(statement)

        target = db.engine
        event.listen(target, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(target, "before_cursor_execute", note)

    return statements


def _migrate(app: Flask) -> None:
    with app.app_context():
        migrations().upgrade()


@contextmanager
def _instead_of_engine(app: Flask, bind: Engine | Connection) -> Iterator[None]:
    """Let the sessions of the site work on another engine, or on one connection with a transaction of its own."""
    engines = db._app_engines[app]
    usual = engines[None]
    engines[None] = bind  # type: ignore[assignment]
    try:
        yield
    finally:
        engines[None] = usual
