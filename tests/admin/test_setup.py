"""The first minutes of an installation. The cast has no site administrator, so the place counts as new."""

from __future__ import annotations

import pytest
from flask import Flask

from community.accounts.queries import by_identifier
from community.communities.queries import member_of
from community.communities.viewers import of_user
from community.core.viewer import for_community
from tests.cast import GUEST
from tests.visitor import Visitor

FIRST = {
    "display_name": "Ines Alba", "email": "ines@example.org", "username": "ines", "password": "a bell on every bike",
    "community_name": "First Light", "slug": "first-light",
}


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    return Visitor(app, GUEST)


def test_an_empty_site_leads_to_the_first_run(stranger: Visitor) -> None:
    assert stranger.get("/").location == "/setup"
    assert stranger.get("/setup").text("h1") == "Set up your site"


def test_the_first_person_administers_the_site_and_owns_the_first_community(stranger: Visitor) -> None:
    done = stranger.post("/setup", **FIRST)
    assert (done.status, done.location) == (303, "/c/first-light/")
    assert done.follow().text("h1") == "First Light"
    ines = by_identifier("ines")
    assert ines is not None
    assert (ines.site_role, ines.status) == ("SITE_ADMIN", "ACTIVE")
    place = next(home for home in for_community(of_user(ines.id), _community(stranger)).communities)
    member = member_of(place.id, ines.id)
    assert member is not None
    assert member.role == "OWNER"


def test_the_first_run_is_over_after_it(stranger: Visitor, app: Flask) -> None:
    stranger.post("/setup", **FIRST)
    late = Visitor(app, GUEST)
    assert late.get("/setup").status == 404
    assert late.post("/setup", **(FIRST | {"username": "late", "email": "late@example.org", "slug": "late"})).status == 404
    assert by_identifier("late") is None
    assert late.get("/").status == 200


@pytest.mark.parametrize(("field", "value", "complaint"), [
    ("password", "password123", "common"), ("username", "x", "3 to 30"), ("slug", "bikes", "taken"),
    ("email", "nobody", "address"),
])
def test_what_cannot_be_had_is_said_and_the_rest_is_kept(stranger: Visitor, field: str, value: str, complaint: str) -> None:
    page = stranger.post("/setup", **(FIRST | {field: value}))
    assert page.status == 422
    assert complaint in page.text(f"#f-{field}-error")
    assert page.one("#f-community_name").attributes["value"] == FIRST["community_name"]
    assert by_identifier("ines") is None


def _community(visitor: Visitor) -> int:
    from community.communities.models import Community
    from community.extensions import db

    return int(db.session.query(Community.id).filter_by(slug="first-light").scalar())
