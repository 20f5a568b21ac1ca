"""The cast as fixtures, and what makes them visitors of the site."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from community.accounts.models import Session
from community.core import viewer
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from tests.cast import GUEST, Cast, Person, PlaceFacts
from tests.databases import Database, Servers
from tests.visitor import Client, Visitor, cookie_of


@pytest.fixture
def client(app: Flask) -> Client:
    """Flask's own client, for requests by hand."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def as_(app: Flask) -> Callable[..., Visitor]:
    """`as_(bob).get(…)`: a browser in which this person is logged in.

    With `confirmed=True` the person has proved a moment ago who they are, which sensitive actions need.
    """

    def as_(person: Person, *, confirmed: bool = False) -> Visitor:
        if confirmed:
            db.session.execute(
                update(Session).where(Session.user_id == person.user_id).values(reauthenticated_at=now()))
        return Visitor(app, person)

    return as_


@pytest.fixture
def viewer_of(app: Flask) -> Callable[..., Viewer]:
    """`viewer_of(bob)`: the person as services and policies see them, in bikes unless told otherwise."""

    def viewer_of(person: Person, slug: str | None = "bikes") -> Viewer:
        cookie = f"{app.config['SESSION_COOKIE_NAME']}={cookie_of(app, person)}" if person.token else ""
        db.session.flush()
        with app.test_request_context("/", headers={"Cookie": cookie}) as context:
            return viewer.load(context.request, slug)

    return viewer_of


@pytest.fixture(scope="session")
def cast(peopled: Database, servers: Servers) -> Cast:
    return Cast.from_json((servers.folder / "cast.json").read_text())


@pytest.fixture
def ada(cast: Cast) -> Person:
    """Owns bikes."""
    return cast.people["ada"]


@pytest.fixture
def mia(cast: Cast) -> Person:
    """Moderates bikes."""
    return cast.people["mia"]


@pytest.fixture
def bob(cast: Cast) -> Person:
    """A member, in the workshop too."""
    return cast.people["bob"]


@pytest.fixture
def cleo(cast: Cast) -> Person:
    """A member, not in the workshop."""
    return cast.people["cleo"]


@pytest.fixture
def eve(cast: Cast) -> Person:
    """Has an account with a proven address, and belongs to nothing."""
    return cast.people["eve"]


@pytest.fixture
def guest() -> Person:
    """Not logged in."""
    return GUEST


@pytest.fixture
def bikes(cast: Cast) -> PlaceFacts:
    """The community."""
    return cast.places["bikes"]


@pytest.fixture
def general(cast: Cast) -> PlaceFacts:
    """The space everybody reads and writes in."""
    return cast.places["general"]


@pytest.fixture
def announcements(cast: Cast) -> PlaceFacts:
    """The space only the staff writes in."""
    return cast.places["announcements"]


@pytest.fixture
def workshop(cast: Cast) -> PlaceFacts:
    """The private space of ada, mia and bob."""
    return cast.places["workshop"]
