"""Sending pictures: what is taken, what is refused and why, and when it shows."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from community.accounts.models import Profile
from community.adapters.storage import storage
from community.communities.models import Community, CommunityEmoji, Space, SpaceMember
from community.core import cache
from community.extensions import db
from community.media import decoding, handlers
from community.media.decoding import DecoderDied
from community.media.models import MediaFile
from tests.cast import Person, PlaceFacts
from tests.content import change_member, commented, page_of, published
from tests.pictures import HTML, SVG, animation, bomb, file_of, halves, picture, send
from tests.visitor import OWN_PAGE, Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
Kept = Callable[[], list[str]]
Rows = Callable[[], list[MediaFile]]
MINE = "/settings/profile/avatar"
pytestmark = pytest.mark.usefixtures("db_session")


def key_of(page_picture: str) -> str:
    """The key in the address of a picture."""
    return page_picture.split("/")[2]


def test_an_avatar_shows_once_it_is_prepared_wherever_its_person_is_shown(
    as_: As, bob: Person, cleo: Person, guest: Person, bikes: PlaceFacts, drain: Drain
) -> None:
    post = published(bikes, bob)
    commented(post, bob, "I say so.")
    before = as_(cleo).get("/c/bikes/")
    assert not before.has(".card-post .avatar img")
    answer = send(as_(bob), MINE, picture())
    assert (answer.status, answer.location) == (303, "/settings/profile")
    settings = answer.follow()
    assert "being prepared" in settings.text("#picture-user-avatar [role=status]")
    assert not settings.has("#picture-user-avatar .avatar img")
    drain()
    shown = as_(bob).get("/settings/profile").one("#picture-user-avatar .avatar img").attributes["src"]
    key = key_of(str(shown))
    assert as_(guest).get(str(shown)).status == 200
    for path, place in (
        ("/c/bikes/", ".card-post .avatar img"), ("/", ".card-post .avatar img"), (page_of(post), ".post__head .avatar img"),
        (page_of(post), ".comment .avatar img"), ("/c/bikes/members", f".member-card .avatar img[src*='{key}']"),
        ("/u/bob", ".profile .avatar img"),
    ):  # fmt: skip
        assert key in str(as_(cleo).get(path).one(place).attributes["src"]), path
    assert key in str(as_(bob).get("/c/bikes/").one("#account-button .avatar img").attributes["src"])


def test_another_name_shows_on_cards_at_once(as_: As, bob: Person, cleo: Person, bikes: PlaceFacts) -> None:
    published(bikes, bob)
    assert as_(cleo).get("/c/bikes/").texts(".card-post .byline__name") == ["Bob Tanaka"]
    as_(bob).get("/settings/profile").form("#profile-form").send(display_name="Robert Tanaka")
    assert as_(cleo).get("/c/bikes/").texts(".card-post .byline__name") == ["Robert Tanaka"]


def test_the_panel_looks_by_itself_whether_the_picture_is_ready(as_: As, bob: Person, drain: Drain) -> None:
    panel = send(as_(bob), MINE, picture(), htmx=True)
    assert panel.status == 200
    assert panel.one("#picture-user-avatar").attributes["hx-get"] == MINE
    assert as_(bob).htmx_get(MINE).one("#picture-user-avatar").attributes["data-state"] == "pending"
    drain()
    ready = as_(bob).htmx_get(MINE)
    assert "hx-get" not in ready.one("#picture-user-avatar").attributes
    assert ready.has("#picture-user-avatar .avatar img") and ready.has("hx-partial[hx-target='#account-button'] img")


def test_a_new_picture_takes_the_place_of_the_one_before(as_: As, bob: Person, drain: Drain, kept: Kept, rows: Rows) -> None:
    for colour in ("red", "green"):
        assert send(as_(bob), MINE, picture(colour=colour)).status == 303
        drain()
    (row,) = rows()
    assert db.session.get_one(Profile, bob.user_id).avatar == row.storage_key
    assert [path.rpartition("/")[2] for path in kept()] == ["256.webp", "64.webp"]
    assert all(row.storage_key in path for path in kept())
    assert row.size == sum(len(storage().read(path) or b"") for path in kept())


def test_what_is_sent_while_another_waits_overtakes_it(as_: As, bob: Person, drain: Drain, rows: Rows) -> None:
    for colour in ("red", "green", "blue"):
        send(as_(bob), MINE, picture(colour=colour))
    assert len(rows()) == 1
    drain()
    assert [row.processed_at is not None for row in rows()] == [True]


def test_a_picture_is_removed_with_its_files(as_: As, bob: Person, drain: Drain, kept: Kept, rows: Rows) -> None:
    send(as_(bob), MINE, picture())
    drain()
    page = as_(bob).get("/settings/profile")
    shown = str(page.one("#picture-user-avatar img").attributes["src"])
    assert page.form("#picture-user-avatar-remove").send().location == "/settings/profile"
    assert not as_(bob).get("/settings/profile").has("#picture-user-avatar img")
    assert as_(bob).get(shown).status == 404
    drain()
    assert (kept(), rows()) == ([], [])


def test_a_community_its_spaces_and_emoji_have_pictures_too(
    as_: As, ada: Person, bikes: PlaceFacts, workshop: PlaceFacts, drain: Drain
) -> None:
    for path in ("/c/bikes/dashboard/settings/avatar", "/c/bikes/dashboard/settings/banner",
                 f"{workshop.url}settings/banner"):  # fmt: skip
        assert send(as_(ada), path, picture(700, 300)).status == 303, path
    assert send(as_(ada), "/c/bikes/dashboard/emoji/fire/picture", animation(4)).status == 303
    drain()
    place = db.session.get_one(Community, bikes.id)
    assert place.avatar and place.banner and db.session.get_one(Space, workshop.id).banner
    fire = db.session.query(CommunityEmoji).filter_by(community_id=bikes.id, code="fire").one()
    assert fire.image and fire.glyph == ""
    page = as_(ada).get("/c/bikes/")
    assert page.has(f"#picker button[value=fire] img[src='/media/{fire.image}/64.webp']")
    assert page.has(f".topbar__brand .avatar img[src*='{place.avatar}']")
    assert place.storage_used == sum(row.size for row in db.session.query(MediaFile).filter_by(community_id=bikes.id))
    page = as_(ada).get("/c/bikes/dashboard/settings/banner")
    assert page.form("#picture-community-banner-remove").send().status == 303
    db.session.refresh(place)
    assert place.storage_used == sum(row.size for row in db.session.query(MediaFile).filter_by(community_id=bikes.id))


def test_an_emoji_keeps_its_picture_until_it_gets_another(as_: As, ada: Person, drain: Drain) -> None:
    path = "/c/bikes/dashboard/emoji/fire/picture"
    send(as_(ada), path, picture())
    drain()
    panel = as_(ada).get(path)
    assert panel.has(".picture__now img") and not panel.has("form[id$=remove]")
    before = str(panel.one(".picture__now img").attributes["src"])
    send(as_(ada), path, picture(colour="red"))
    assert as_(ada).get(path).one(".picture__now img").attributes["src"] == before
    drain()
    assert as_(ada).get(path).one(".picture__now img").attributes["src"] != before


@pytest.mark.parametrize(("content", "status", "words"), [
    (HTML, 415, "JPEG, PNG or WebP"), (SVG, 415, "JPEG, PNG or WebP"), (animation(3), 415, "JPEG, PNG or WebP"),
    (b"%PDF-1.7", 415, "cannot use this file"), (HTML + picture(), 415, "cannot use this file"),
    (b"", 422, "This file is empty"), (bomb(), 413, "40,000 × 40,000"), (file_of(halves(8200, 5000)), 413, "40 megapixels"),
    (picture() + b"\0" * 2 * 1024 * 1024, 413, "up to 2 MB"), (b"\0" * 11 * 1024 * 1024, 413, "up to 2 MB"),
], ids=["html", "svg", "gif", "pdf", "page first", "empty", "bomb", "41 megapixels", "2 MB", "11 MB"])  # fmt: skip
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_what_cannot_be_an_avatar_is_refused_in_words(
    as_: As, bob: Person, kept: Kept, rows: Rows, content: bytes, status: int, words: str, htmx: bool
) -> None:
    answer = send(as_(bob), MINE, content, name="me.png", htmx=htmx)
    assert answer.status == status
    assert words in answer.text("#picture-user-avatar [role=alert]")
    assert (kept(), rows()) == ([], [])


def test_the_name_and_the_type_a_browser_claims_do_not_matter(
    as_: As, bob: Person, drain: Drain, kept: Kept, rows: Rows
) -> None:
    content = (io.BytesIO(picture()), "../../etc/passwd.html", "text/html")
    assert as_(bob).post(MINE, file=content).status == 303
    assert rows()[0].mime == "image/png"
    drain()
    assert not any("passwd" in path or "etc" in path for path in kept())


@pytest.mark.parametrize(("fields", "status", "words"), [
    ({}, 415, "multipart"), ({"file": "text"}, 415, "multipart"),
    ({"picture": (io.BytesIO(b"x"), "me.png")}, 422, "Choose a picture first"),
    ({"file": (io.BytesIO(b""), "")}, 422, "Choose a picture first"),
])  # fmt: skip
def test_a_form_without_the_file_is_refused(as_: As, bob: Person, fields: dict[str, object], status: int, words: str) -> None:
    answer = as_(bob).post(MINE, **fields)
    assert answer.status == status
    assert words in answer.text("#picture-user-avatar [role=alert]")


def test_two_files_are_one_too_many(as_: As, bob: Person) -> None:
    answer = as_(bob).post(MINE, file=[(io.BytesIO(picture()), "a.png"), (io.BytesIO(picture()), "b.png")])
    assert (answer.status, "one file at a time" in answer.text("#picture-user-avatar [role=alert]")) == (422, True)


def test_a_body_without_a_type_is_refused(app: Flask, as_: As, bob: Person) -> None:
    answer = as_(bob).client.post(MINE, data=picture(), headers=OWN_PAGE)
    assert answer.status_code == 415


def test_other_pages_take_no_large_bodies(as_: As, bob: Person) -> None:
    answer = as_(bob).post("/settings/profile", display_name="Bob", bio="x" * 1_100_000, location="", website="")
    assert answer.status == 413


def test_a_damaged_picture_is_told_to_who_sent_it(as_: As, bob: Person, drain: Drain, kept: Kept, rows: Rows) -> None:
    send(as_(bob), MINE, picture(900, 900)[:600])
    drain()
    page = as_(bob).get("/settings/profile")
    assert "damaged or incomplete" in page.text("#picture-user-avatar [role=alert]")
    assert (kept(), rows()[0].size) == ([], 0)
    send(as_(bob), MINE, picture())
    drain()
    assert not as_(bob).get("/settings/profile").has("#picture-user-avatar [role=alert]:not([hidden])")
    assert len(rows()) == 1


def test_a_decoder_that_dies_gets_one_more_try_and_then_the_person_is_told(
    as_: As, bob: Person, drain: Drain, monkeypatch: pytest.MonkeyPatch, later: Callable[[float], None]
) -> None:
    def die(*_: object) -> None:
        raise DecoderDied("ended with SIGKILL")

    monkeypatch.setattr(handlers, "decode", die)
    send(as_(bob), MINE, picture())
    assert drain()["RETRIED"] == 1
    assert as_(bob).get("/settings/profile").has("#picture-user-avatar[data-state=pending]")
    later(10)
    assert drain()["DEAD"] == 1
    assert "try again" in as_(bob).get("/settings/profile").text("#picture-user-avatar [role=alert]")


def test_who_may_not_change_a_picture_is_told_why_and_nothing_is_kept(
    as_: As, mia: Person, bob: Person, eve: Person, guest: Person, workshop: PlaceFacts, kept: Kept
) -> None:
    for person, path, status in (
        (guest, MINE, 303), (mia, "/c/bikes/dashboard/settings/avatar", 403), (bob, "/c/bikes/dashboard/settings/banner", 403),
        (eve, "/c/bikes/dashboard/settings/avatar", 403), (bob, f"{workshop.url}settings/banner", 403),
        (bob, "/c/bikes/dashboard/emoji/fire/picture", 403), (guest, "/c/bikes/dashboard/settings/avatar", 303),
        (eve, f"{workshop.url}settings/banner", 404), (mia, "/c/bikes/dashboard/emoji/none_such/picture", 403),
    ):  # fmt: skip
        answer = send(as_(person), path, picture())
        assert answer.status == status, (person.username, path)
        assert status != 303 or answer.location.startswith("/login")
    assert kept() == []


def test_an_admin_of_a_space_changes_its_banner(as_: As, bob: Person, workshop: PlaceFacts, drain: Drain) -> None:
    db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=bob.member_id).update({"role": "ADMIN"})
    cache.raise_generation(f"u:{bob.user_id}")
    assert send(as_(bob), f"{workshop.url}settings/banner", picture()).status == 303
    drain()
    assert db.session.get_one(Space, workshop.id).banner
    change_member(bob, status="SUSPENDED")
    assert send(as_(bob), f"{workshop.url}settings/banner", picture()).status == 403


def test_pictures_are_sent_thirty_times_an_hour_at_most(as_: As, bob: Person) -> None:
    for _ in range(30):
        assert send(as_(bob), MINE, b"x").status == 415
    assert send(as_(bob), MINE, picture()).status == 429


def test_the_decoder_is_the_one_that_is_tested() -> None:
    assert handlers.decode is decoding.decode
