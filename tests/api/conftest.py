"""Programs that ask the API in somebody's place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from community.accounts import services
from community.communities.viewers import for_community, of_user
from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts


class Answer:
    """What came back."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.body: dict[str, Any] = json.loads(response.get_data())

    @property
    def data(self) -> Any:
        assert self.status < 400, self.body
        assert set(self.body) == {"success", "data"}
        assert self.body["success"] is True
        return self.body["data"]

    @property
    def error(self) -> str:
        assert self.status >= 400, self.body
        assert self.body["success"] is False
        return str(self.body["error"])

    @property
    def codes(self) -> dict[str, str]:
        """What is wrong, by parameter."""
        return {".".join(map(str, one["path"])): one["code"] for one in self.body["details"]}


class Program:
    """A client without cookies that sends a key, if it has one."""

    def __init__(self, app: Flask, key: str = "") -> None:
        self.key = key
        self.client = app.test_client()

    def ask(self, method: str, path: str, **options: Any) -> Answer:
        headers = {**({"Authorization": f"Bearer {self.key}"} if self.key else {}), **options.pop("headers", {})}
        return Answer(self.client.open(path, method=method, headers=headers, **options))

    def get(self, path: str, **query: Any) -> Answer:
        return self.ask("GET", path, query_string=query)


@pytest.fixture
def key_for(app: Flask, db_session: object) -> Callable[..., str]:
    """`key_for(bob, "read")`: a key of theirs; `place` binds it to a community."""

    def key_for(person: Person, *permissions: str, place: PlaceFacts | None = None, life: dt.timedelta | None = None) -> str:
        viewer = replace(of_user(person.user_id), confirmed_at=now())
        home = None
        if place is not None:
            from community.core.viewer import Home

            found = for_community(viewer, place.id).community
            assert found is not None
            home = Home(found.id, found.public_id, found.name, found.slug, found.initials, found.hue, found.url)
        key = services.create_key("a program", permissions=permissions or ("read",), community=home, life=life, by=viewer)
        db.session.flush()
        return key

    return key_for


@pytest.fixture
def program(app: Flask, key_for: Callable[..., str]) -> Callable[..., Program]:
    """`program(bob, "read")`: a program with a key of theirs; without anybody one without a key."""

    def program(person: Person | None = None, *permissions: str, **options: Any) -> Program:
        return Program(app, key_for(person, *permissions, **options) if person else "")

    return program
