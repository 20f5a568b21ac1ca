"""Spaces: finding, joining, leaving and making them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member, Space, SpaceMember
from community.core import cache
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.pictures import picture, send
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
NEW = {"name": "Night Rides", "slug": "night-rides", "icon": "🌙", "description": "After ten."}


def sections(visitor: Visitor) -> dict[str, list[str]]:
    page = visitor.get("/c/bikes/spaces")
    return {
        title.text(): page.texts(f"section[aria-labelledby={title.attributes['id']}] h3")
        for title in page.select(".section__title")
    }


def test_the_spaces_one_is_in_come_first(as_: As, bob: Person, cleo: Person, eve: Person, guest: Person) -> None:
    assert sections(as_(bob)) == {"Your spaces": ["Announcements", "General", "Workshop"]}
    assert sections(as_(cleo)) == {"Your spaces": ["Announcements", "General"], "More spaces": ["Workshop"]}
    assert sections(as_(eve)) == {"All spaces": ["Announcements", "General"]}, "closed ones are known to members alone"
    assert sections(as_(guest)) == {"All spaces": ["Announcements", "General"]}


@pytest.mark.parametrize(
    ("visibility", "known_to"),
    [
        ("PUBLIC", "ada mia bob cleo eve guest"),
        ("PRIVATE", "ada mia bob cleo"),
        ("INVITE_ONLY", "ada mia bob cleo"),
        ("HIDDEN", "ada mia bob"),
    ],
)
def test_who_knows_of_a_space(
    visibility: str, known_to: str, as_: As, cast, guest: Person, workshop: PlaceFacts
) -> None:
    db.session.get(Space, workshop.id).visibility = visibility
    people = {**cast.people, "guest": guest}
    knowing = [
        name
        for name in ("ada", "mia", "bob", "cleo", "eve", "guest")
        if any("Workshop" in names for names in sections(as_(people[name])).values())
    ]
    assert knowing == known_to.split()
    for name, person in people.items():
        opened = as_(person).get("/c/bikes/s/workshop/").status
        assert (opened == 404) == (name not in knowing), f"{name}: {opened}"


def test_a_space_is_left_and_joined(as_: As, cleo: Person, general: PlaceFacts) -> None:
    visitor = as_(cleo)
    count = db.session.get(Space, general.id).member_count
    left = visitor.get("/c/bikes/spaces").form('form[action="/c/bikes/s/general/leave"]').send()
    assert left.location == "/c/bikes/spaces"
    assert sections(visitor)["More spaces"] == ["General", "Workshop"]
    assert db.session.get(Space, general.id).member_count == count - 1
    joined = visitor.get("/c/bikes/spaces").form('form[action="/c/bikes/s/general/join"]').send()
    assert joined.location == "/c/bikes/s/general/"
    assert db.session.get(Space, general.id).member_count == count
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=cleo.member_id).one()
    assert row.status == "ACTIVE"


def test_a_private_space_is_asked_into(as_: As, cleo: Person, eve: Person, workshop: PlaceFacts) -> None:
    page = as_(cleo).get("/c/bikes/spaces")
    assert page.text('form[action="/c/bikes/s/workshop/join"]') == "Ask to join Workshop"
    assert as_(eve).post("/c/bikes/s/workshop/join").status == 403, "not a member at all"
    assert page.form('form[action="/c/bikes/s/workshop/join"]').send().location == "/c/bikes/spaces"
    row = db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=cleo.member_id).one()
    assert row.status == "PENDING"
    assert as_(cleo).post("/c/bikes/s/workshop/join").status == 409, "asked already"
    assert as_(cleo).get(workshop.url).has(".callout"), "nothing is read before the answer"
    assert as_(cleo).post("/c/bikes/s/workshop/leave").status == 303
    db.session.refresh(row)
    assert row.status == "LEFT", "withdrawn"


def test_an_owner_makes_a_space_and_owns_it(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    visitor = as_(ada)
    link = visitor.get("/c/bikes/spaces").one(".page-head__actions a")
    made = visitor.get(str(link.attributes["href"])).form("#space-form").send(**NEW)
    assert made.location == "/c/bikes/s/night-rides/"
    assert visitor.get(made.location).status == 200
    space = db.session.query(Space).filter_by(community_id=bikes.id, slug="night-rides").one()
    place = db.session.query(SpaceMember).filter_by(space_id=space.id).one()
    assert (place.member_id, place.role, space.member_count) == (ada.member_id, "OWNER", 1)
    assert "Night Rides" in " ".join(visitor.get("/c/bikes/").texts(".sidebar .nav a")), "it is in the sidebar at once"


def test_members_make_spaces_only_where_that_is_allowed(as_: As, bob: Person, mia: Person, bikes: PlaceFacts) -> None:
    for person in (bob, mia):
        assert not as_(person).get("/c/bikes/spaces").has(".page-head__actions")
        page = as_(person).get("/c/bikes/spaces/new")
        assert page.text(".callout span") == "Only admins open spaces in this community."
        assert not page.has("#space-form")
        assert as_(person).post("/c/bikes/spaces/new", **NEW).status == 403
    db.session.get(Community, bikes.id).settings = {"allow_member_spaces": True}
    cache.raise_generation("c:bikes")
    assert as_(bob).post("/c/bikes/spaces/new", **NEW).location == "/c/bikes/s/night-rides/"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"slug": "general"}, "slug", "This community has a space with this address."),
        ({"slug": "x"}, "slug", "Use 3 to 50 characters."),
        ({"name": "x"}, "name", "Please use at least 2 characters."),
        ({"icon": "x" * 17}, "icon", "Please use at most 16 characters."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    change: dict[str, str], field: str, message: str, as_: As, ada: Person, db_session: object
) -> None:
    answer = as_(ada).get("/c/bikes/spaces/new").form("#space-form").send(**(NEW | change))
    assert answer.status == 422
    assert answer.text(f"#f-{field}-error") == message
    kept = answer.form("#space-form").fields
    assert {name: kept[name] for name in NEW} == NEW | change
    htmx = as_(ada).htmx_post("/c/bikes/spaces/new", **(NEW | change))
    assert htmx.has("form#space-form")
    assert not htmx.has("h1")


def test_two_communities_may_have_spaces_of_the_same_address(
    as_: As, eve: Person, ada: Person, db_session: object
) -> None:
    as_(eve).post("/communities/new", name="Trikes", slug="trikes")
    assert as_(ada).post("/c/bikes/spaces/new", **NEW).status == 303
    assert as_(eve).post("/c/trikes/spaces/new", **NEW).status == 303
    assert as_(eve).get("/c/trikes/s/night-rides/").status == 200


def test_an_address_is_suggested_and_checked_while_one_types(as_: As, ada: Person, db_session: object) -> None:
    visitor = as_(ada)
    field = visitor.htmx_get("/c/bikes/spaces/slug?name=General&slug=&suggested=")
    assert field.one("#f-slug").attributes["value"] == "general-2"
    taken = visitor.htmx_get("/c/bikes/spaces/slug?slug=general")
    assert taken.text("#f-slug-error") == "This address is taken."
    assert as_(ada).post("/c/bikes/spaces/new", name="General", slug="").location == "/c/bikes/s/general-2/"


def test_whoever_may_not_write_does_not_join_or_leave(as_: As, bob: Person, workshop: PlaceFacts) -> None:
    member = db.session.get(Member, bob.member_id)
    assert as_(bob).get("/c/bikes/spaces").has('form[action="/c/bikes/s/workshop/leave"]')
    member.status = "SUSPENDED"
    cache.raise_generation(f"u:{bob.user_id}")
    assert as_(bob).post("/c/bikes/s/workshop/leave").status == 403
    assert as_(bob).get("/c/bikes/s/workshop/").status == 200, "reading goes on"


def test_whoever_was_banned_from_a_space_does_not_come_back(as_: As, cleo: Person, general: PlaceFacts) -> None:
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=cleo.member_id).one()
    row.status = "BANNED"
    visitor = as_(cleo)
    assert visitor.post("/c/bikes/s/general/join").status == 403
    visitor.post("/c/bikes/leave")
    assert visitor.post("/c/bikes/join").status == 303
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=cleo.member_id).one()
    assert row.status == "BANNED"
    assert as_(cleo).post("/c/bikes/s/announcements/leave").status == 303, "the other default space was joined"


def test_whoever_comes_back_to_a_space_is_a_member_like_others(as_: As, mia: Person, general: PlaceFacts) -> None:
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=mia.member_id).one()
    row.role = "MODERATOR"
    as_(mia).post("/c/bikes/s/general/leave")
    as_(mia).post("/c/bikes/s/general/join")
    row = db.session.query(SpaceMember).filter_by(space_id=general.id, member_id=mia.member_id).one()
    assert (row.status, row.role) == ("ACTIVE", "MEMBER")


def test_banners_head_the_pages_of_a_community_and_its_spaces(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Callable[[], object]
) -> None:
    pages = ("/c/bikes/", "/c/bikes/about", general.url)
    assert [as_(bob).get(page).has(".banner img") for page in pages] == [False, False, False]
    send(as_(ada), "/c/bikes/dashboard/settings/banner", picture(1600, 500))
    send(as_(ada), f"{general.url}settings/banner", picture(900, 300))
    drain()
    shown = [str(as_(bob).get(page).one(".banner img").attributes["src"]) for page in pages]
    assert shown[0] == shown[1] != shown[2]
    assert {as_(bob).get(address).status for address in shown} == {200}
