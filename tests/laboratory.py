"""A site with routes of its own that write, fail and answer as told, over a database with real commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, make_response, request
from sqlalchemy import NullPool, create_engine, text

from community.app import create_app
from community.config import Config
from community.core import errors, settings
from community.core.responses import redirect, render, respond
from community.core.transactions import after_commit
from community.core.web import access, blueprint, keep_writes
from community.extensions import db
from tests.databases import Database, Templates
from tests.visitor import Client

KINDS: dict[str, Callable[[], Exception]] = {
    "bad-request": errors.BadRequest, "log-in": errors.LoginNeeded, "denied": errors.Denied, "missing": errors.NotFound,
    "conflict": errors.Conflict, "gone": errors.Gone, "invalid": lambda: errors.Invalid(fields={"title": "Say more."}),
    "too-fast": lambda: errors.TooFast(7), "unavailable": errors.Unavailable,
    "bug": lambda: ZeroDivisionError("a secret of the code"),
}  # fmt: skip


class Laboratory:
    """The site, a client of it, and what its database holds as others see it."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app = app
        self.database = database
        self.done: list[str] = []
        """What ran after a commit."""

    @property
    def client(self) -> Client:
        client = self.app.test_client()
        assert isinstance(client, Client)
        return client

    @property
    def written(self) -> str | None:
        """The value the last committed request wrote."""
        with create_engine(self.database.url, poolclass=NullPool).connect() as other:
            found: str | None = other.scalar(text("SELECT value #>> '{}' FROM site_settings WHERE key = 'site_name'"))
            return found

    def clear(self) -> None:
        self.done.clear()
        with create_engine(self.database.url, poolclass=NullPool).begin() as other:
            other.execute(text("DELETE FROM site_settings"))


@pytest.fixture(scope="session")
def _laboratory(templates: Templates, peopled: Database, configure: Callable[..., Config]) -> Iterator[Laboratory]:
    database = templates.copy(peopled)
    app = create_app(configure(database))
    app.test_client_class = Client
    laboratory = Laboratory(app, database)
    _add_routes(app, laboratory)
    yield laboratory
    with app.app_context():
        db.engine.dispose()
    templates.servers.drop(database)


@pytest.fixture
def laboratory(_laboratory: Laboratory, app: Flask) -> Laboratory:
    """The laboratory, tidied up. (The site itself is wanted for its clean queue and cache.)"""
    _laboratory.clear()
    return _laboratory


def _add_routes(app: Flask, laboratory: Laboratory) -> None:
    bp = blueprint("laboratory", access="anyone", prefix="/lab")

    @bp.route("/write", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def write() -> Response:
        """Write the value, then answer with the status asked for."""
        value = request.values["value"]
        settings.put("site_name", value)
        after_commit("note", lambda: laboratory.done.append(value))
        if request.values.get("keep"):
            keep_writes()
        return make_response("written", int(request.values.get("status", "200")))

    @bp.post("/write-and-fail/<kind>")
    def write_and_fail(kind: str) -> Response:
        settings.put("site_name", request.values["value"])
        after_commit("note", lambda: laboratory.done.append(kind))
        raise KINDS[kind]()

    @bp.route("/fail/<kind>", methods=["GET", "POST"])
    def fail(kind: str) -> Response:
        raise KINDS[kind]()

    @bp.get("/page")
    def page() -> Response:
        return render("errors/error.html", error=errors.Gone(), request_id="")

    @bp.post("/respond")
    def answer() -> Response:
        return respond("<p>one</p>", "<p>two</p>", otherwise="/elsewhere", toast="Gespeichert: ä")

    @bp.post("/redirect")
    def go() -> Response:
        return redirect("/elsewhere")

    @bp.get("/open")
    @access("open")
    def unguarded() -> Response:
        return make_response("open")

    @bp.get("/for-users")
    @access("user")
    def for_users() -> Response:
        return make_response("for users")

    @bp.get("/for-site-admins")
    @access("site_admin")
    def for_site_admins() -> Response:
        return make_response("for site admins")

    app.register_blueprint(bp)
