"""Who gets a picture, and with which headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import update

from community.communities.models import Community, CommunityEmoji, Space
from community.core import cache
from community.extensions import db
from community.media.models import MediaFile
from tests.cast import Cast, Person, PlaceFacts
from tests.pictures import HTML, file_of, halves, opened, picture, send
from tests.visitor import Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def avatar(as_: As, bob: Person, drain: Drain) -> str:
    """The address of bob's picture."""
    send(as_(bob), "/settings/profile/avatar", file_of(halves(), "JPEG") + HTML)
    drain()
    return f"/media/{db.session.query(MediaFile).one().storage_key}/64.webp"


def show(place: PlaceFacts, visibility: str) -> None:
    db.session.execute(update(Community).where(Community.id == place.id).values(visibility=visibility))
    cache.raise_generation(f"c:{place.slug}")


def test_a_persons_picture_is_for_everybody_and_for_ever(as_: As, guest: Person, avatar: str) -> None:
    page = as_(guest).get(avatar)
    assert page.status == 200
    assert opened(page.content).size == (64, 64)
    assert page.headers["Content-Type"] == "image/webp"
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in page.headers and "Cookie" not in page.headers.get("Vary", "")
    assert b"script" not in page.content


def test_a_picture_one_has_is_not_sent_again(as_: As, guest: Person, avatar: str) -> None:
    etag = as_(guest).get(avatar).headers["ETag"]
    again = as_(guest).get(avatar, If_None_Match=etag)
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert as_(guest).get(avatar, If_None_Match='"another"').status == 200


def test_a_picture_answers_to_head(as_: As, guest: Person, avatar: str) -> None:
    whole, head = as_(guest).get(avatar), as_(guest).client.head(avatar)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(whole.content)))


def test_a_picture_costs_one_question(as_: As, bob: Person, avatar: str, statements: Callable) -> None:
    with statements() as sent:
        as_(bob).get(avatar)
    assert len(sent) == 1


@pytest.mark.parametrize("name", ["upload", "upload.webp", "1920.webp", "64.png", "64.webp/..", "..%2F64.webp", "64%00.webp", "0.webp"])
def test_nothing_but_the_variants_is_served(as_: As, bob: Person, avatar: str, name: str) -> None:
    assert as_(bob).get(avatar.replace("64.webp", name)).status == 404


@pytest.mark.parametrize("path", ["/media/", "/media/x/64.webp", f"/media/{'0' * 32}/64.webp", f"/media/{'Z' * 32}/64.webp",
                                  "/media/../secret_key", "/media/%2e%2e/64.webp"])
def test_other_addresses_are_missing(as_: As, bob: Person, path: str) -> None:
    assert as_(bob).get(path).status == 404


def test_what_is_not_prepared_yet_is_missing(as_: As, bob: Person) -> None:
    send(as_(bob), "/settings/profile/avatar", picture())
    key = db.session.query(MediaFile).one().storage_key
    for name in ("64.webp", "256.webp", "upload"):
        assert as_(bob).get(f"/media/{key}/{name}").status == 404


@pytest.fixture
def pictures(as_: As, ada: Person, bikes: PlaceFacts, workshop: PlaceFacts, drain: Drain) -> dict[str, str]:
    """Addresses of the pictures of bikes, of an emoji, and of its private space."""
    for path in ("/c/bikes/dashboard/settings/avatar", "/c/bikes/dashboard/emoji/fire/picture", f"{workshop.url}settings/banner"):
        assert send(as_(ada), path, picture(700, 300)).status == 303
    drain()
    place, fire = db.session.get_one(Community, bikes.id), db.session.query(CommunityEmoji).filter_by(code="fire").one()
    return {"place": f"/media/{place.avatar}/64.webp", "emoji": f"/media/{fire.image}/64.webp",
            "space": f"/media/{db.session.get_one(Space, workshop.id).banner}/640.webp"}  # fmt: skip


def answers(as_: As, cast: Cast, guest: Person, path: str) -> dict[str, int]:
    """The status for each of the cast."""
    return {person.username: as_(person).get(path).status for person in (*cast.people.values(), guest)}


@pytest.mark.parametrize("visibility", ["PUBLIC", "PRIVATE"])
def test_pictures_of_a_listed_community_are_public(
    as_: As, cast: Cast, guest: Person, bikes: PlaceFacts, pictures: dict[str, str], visibility: str
) -> None:
    show(bikes, visibility)
    for name in ("place", "emoji"):
        assert set(answers(as_, cast, guest, pictures[name]).values()) == {200}
        assert as_(guest).get(pictures[name]).headers["Cache-Control"].startswith("public")


def test_pictures_of_a_hidden_community_are_missing_to_outsiders(
    as_: As, cast: Cast, bob: Person, eve: Person, guest: Person, bikes: PlaceFacts, pictures: dict[str, str]
) -> None:
    assert as_(eve).get(pictures["place"]).status == 200
    show(bikes, "HIDDEN")
    for name in ("place", "emoji"):
        found = answers(as_, cast, guest, pictures[name])
        assert {who for who, status in found.items() if status == 200} == {"ada", "mia", "bob", "cleo"}
        assert as_(bob).get(pictures[name]).headers["Cache-Control"] == "private, max-age=86400"
        hidden, missing = as_(eve).get(pictures[name]), as_(eve).get(f"/media/{'0' * 32}/64.webp")
        assert (hidden.status, hidden.texts("main")) == (404, missing.texts("main"))
        etag = as_(bob).get(pictures[name]).headers["ETag"]
        assert as_(eve).get(pictures[name], If_None_Match=etag).status == 404


def test_the_banner_of_a_private_space_is_for_who_may_know_the_space(
    as_: As, cast: Cast, guest: Person, workshop: PlaceFacts, pictures: dict[str, str]
) -> None:
    found = answers(as_, cast, guest, pictures["space"])
    assert {who for who, status in found.items() if status == 200} == {"ada", "mia", "bob", "cleo"}
    db.session.execute(update(Space).where(Space.id == workshop.id).values(visibility="HIDDEN"))
    found = answers(as_, cast, guest, pictures["space"])
    assert {who for who, status in found.items() if status == 200} == {"ada", "mia", "bob"}
    assert as_(cast.people["bob"]).get(pictures["space"]).headers["Cache-Control"].startswith("private")


def test_pictures_of_a_deleted_community_are_missing(as_: As, ada: Person, guest: Person, pictures: dict[str, str]) -> None:
    db.session.execute(update(Community).where(Community.slug == "bikes").values(deleted_at=db.func.now(), status="DELETED"))
    for path in pictures.values():
        assert as_(guest).get(path).status == as_(ada).get(path).status == 404
