"""Every address has an access level, and none changes anything by GET."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from community.core import web
from tests.architecture.sources import expect_none

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def without_level(app: Flask) -> list[str]:
    """Routes nobody gave an access level, or one nobody registered."""
    return [
        f"{rule} ({rule.endpoint}) has the access level {level!r}"
        for rule in app.url_map.iter_rules()
        if (level := web.level_of(app, rule.endpoint)) not in web._levels
    ]


def unsafe_by_get(app: Flask) -> list[str]:
    """Rules that take both: what changes something must not answer to a link."""
    return [
        f"{rule} ({rule.endpoint}) takes GET and {', '.join(sorted(unsafe))}"
        for rule in app.url_map.iter_rules()
        if (unsafe := UNSAFE & (rule.methods or set())) and "GET" in (rule.methods or set())
    ]


def twins_without_plain_form(app: Flask) -> list[str]:
    """Rules for DELETE, PUT or PATCH whose view has no POST address, which a plain form needs."""
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    return [
        f"{rule} ({rule.endpoint}) cannot be reached by a plain form"
        for rule in app.url_map.iter_rules()
        if {"DELETE", "PUT", "PATCH"} & (rule.methods or set()) and rule.endpoint not in posted
    ]


def test_every_route_has_an_access_level(app: Flask) -> None:
    expect_none(without_level(app))


def test_nothing_is_changed_by_get(app: Flask) -> None:
    expect_none(unsafe_by_get(app))


def test_whatever_a_script_does_a_form_can_do(app: Flask) -> None:
    expect_none(twins_without_plain_form(app))


@pytest.fixture
def broken() -> Flask:
    app = Flask("broken")
    bp = Blueprint("things", __name__)
    bp.route("/thing", methods=["GET", "POST"])(thing)
    bp.delete("/thing/<number>")(drop)
    app.register_blueprint(bp)
    odd = web.blueprint("odd", access="nobody-knows")
    odd.get("/odd")(thing)
    app.register_blueprint(odd)
    return app


def thing() -> str:
    return "a thing"


def drop(number: str) -> str:
    return number


def test_a_route_without_a_level_is_noticed(broken: Flask) -> None:
    complaints = without_level(broken)
    assert "/thing (things.thing) has the access level None" in complaints
    assert "/odd (odd.thing) has the access level 'nobody-knows'" in complaints


def test_a_change_by_get_is_noticed(broken: Flask) -> None:
    assert unsafe_by_get(broken) == ["/thing (things.thing) takes GET and POST"]


def test_an_address_only_scripts_reach_is_noticed(broken: Flask) -> None:
    assert twins_without_plain_form(broken) == ["/thing/<number> (things.drop) cannot be reached by a plain form"]
