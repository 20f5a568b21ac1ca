"""A small site around the gateway, for gunicorn: its people, sessions and readers stand in a file of the tests."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from flask import Flask, Request, request

from community.config import Config
from community.core import topics, viewer, web
from community.core.account import Account
from community.core.errors import AppError
from community.core.viewer import Viewer
from community.extensions import db, redis
from community.realtime import connection, listener
from community.realtime.views import bp


def facts() -> dict[str, Any]:
    """`people` by id: public id and status; `sessions`: id to user; `readers`: topic uuid to user ids, or
    "all"; `thinks`: seconds a look into them takes."""
    return json.loads(Path(os.environ["SITE_FACTS"]).read_text())  # type: ignore[no-any-return]


def create() -> Flask:
    config = Config.load()
    app = web.Application(__name__, static_folder=None)
    app.extensions["config"] = config
    app.secret_key = config.signing_secret
    app.config.update(SQLALCHEMY_DATABASE_URI=config.database_url,
                      SOCK_SERVER_OPTIONS={"ping_interval": None, "max_message_size": 64 * 1024})
    redis.bind(config.redis_url or "")
    db.init_app(app)
    web.init_web(app, config)
    viewer.register(from_request=_viewer, for_community=lambda who, _: who)
    topics.register("post", may_read)
    topics.register("user", is_own)
    topics.register_hidden(hidden)
    app.register_error_handler(AppError, lambda error: (str(error), error.status))
    app.register_blueprint(bp)

    @app.get("/page")
    def page() -> dict[str, Any]:
        live = topics.live(_viewer(request, None), *request.args.getlist("topic"))
        return {"t": live.topics, "since": live.since, "pid": os.getpid()}

    return app


def _viewer(made: Request, slug: str | None) -> Viewer:
    known = facts()
    user_id = known["sessions"].get(made.cookies.get("session", ""))
    if user_id is None:
        return Viewer()
    person = known["people"][str(user_id)]
    account = Account(id=user_id, public_id=person["public_id"], username=f"user{user_id}", theme="SYSTEM",
                      initials="U", display_name=f"User {user_id}", status=person["status"], site_role="USER")
    return Viewer(user=account, session_id=int(made.cookies["session"]))


def may_read(who: Viewer, uuid: str) -> bool:
    time.sleep(facts()["thinks"])
    readers = facts()["readers"].get(uuid, [])
    return readers == "all" or who.user_id in readers


def is_own(who: Viewer, uuid: str) -> bool:
    return who.user is not None and who.user.public_id == uuid


def hidden(user_id: int) -> frozenset[str]:
    return frozenset(facts()["hidden"].get(str(user_id), []))


def hurry() -> None:
    """Seconds instead of minutes, for tests of silence."""
    connection.PING_SECONDS, connection.SILENCE_SECONDS = 0.5, 3.0
    listener.TICK_SECONDS, listener.DEAD_SECONDS = 0.5, 3.0


if "SITE_HURRY" in os.environ:
    hurry()
app = create()
