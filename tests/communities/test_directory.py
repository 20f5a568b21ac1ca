"""The list of communities, and founding one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member, Space
from community.core import settings
from community.extensions import db
from tests.cast import Cast, Person
from tests.communities.conftest import Found
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
NEW = {"name": "Quiet Corners", "slug": "quiet-corners", "description": "Benches with a view."}


def test_the_list_shows_what_the_viewer_may_know_of(as_: As, cast: Cast, guest: Person, found: Found) -> None:
    found("quiet", visibility="PRIVATE")
    found("secret", visibility="HIDDEN")
    listed = {
        name: set(as_(person).get("/communities").texts(".place-card h2"))
        for name, person in [("guest", guest), ("eve", cast.people["eve"]), ("ada", cast.people["ada"])]
    }
    assert listed == {"guest": {"Bikes", "Quiet"}, "eve": {"Bikes", "Quiet"}, "ada": {"Bikes", "Quiet", "Secret"}}


def test_ones_own_communities_are_marked(as_: As, bob: Person, eve: Person, found: Found) -> None:
    found("quiet")
    marked = ".place-card:has(.badge--ok) h2"
    assert as_(bob).get("/communities").texts(marked) == ["Bikes"]
    assert as_(eve).get("/communities").texts(marked) == []


def test_an_empty_site_invites_to_make_the_first(as_: As, eve: Person, db_session: object) -> None:
    db.session.query(Community).update({"status": "LOCKED"})
    page = as_(eve).get("/communities")
    assert page.text(".empty h2") == "No community yet"
    assert page.one(".empty a").attributes["href"] == "/communities/new"


def test_the_list_goes_on_without_gaps_or_repetitions(as_: As, guest: Person, found: Found, monkeypatch) -> None:
    monkeypatch.setattr("community.communities.views.directory.PAGE", 3)
    for n in range(7):
        found(f"club-{n}", member_count=n % 3)
    visitor, path, seen = as_(guest), "/communities", []
    while path:
        page = visitor.get(path)
        seen += page.texts(".place-card h2")
        path = str(page.one(".pager a").attributes["href"]) if page.has(".pager") else ""
    assert sorted(seen) == sorted(["Bikes", *(f"Club-{n}" for n in range(7))])
    assert seen[0] == "Bikes", "the largest first"


def test_the_next_part_comes_alone_to_htmx(as_: As, guest: Person, found: Found, monkeypatch) -> None:
    monkeypatch.setattr("community.communities.views.directory.PAGE", 1)
    found("quiet")
    url = str(as_(guest).get("/communities").one(".pager").attributes["hx-get"])
    part = as_(guest).htmx_get(url)
    assert part.texts(".place-card h2") == ["Quiet"]
    assert not part.has("h1")


def test_communities_are_found_by_name_and_by_what_they_are_about(
    as_: As, guest: Person, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    found("boats", description="Sails and 100% wind.")
    found("secret-boats", visibility="HIDDEN")
    for n in range(3):
        found(f"choir-{n}", member_count=n)

    def names(q: str) -> list[str]:
        return as_(guest).get(f"/communities?q={q}").texts(".place-card h2")

    assert names("BOAT") == names("sails") == names("100%25") == ["Boats"], "a hidden one is not found"
    assert names("100_") == [], "signs of patterns are letters"
    page = as_(guest).get("/communities?q=nothing+like+it")
    assert page.text(".empty h2") == "No community matches"
    monkeypatch.setattr("community.communities.views.directory.PAGE", 2)
    first = as_(guest).get("/communities?q=choir")
    assert first.texts(".place-card h2") == ["Choir-2", "Choir-1"]
    rest = as_(guest).htmx_get(str(first.one(".pager").attributes["hx-get"]))
    assert rest.texts(".place-card h2") == ["Choir-0"], "the search goes on with the next part"


def test_a_forged_cursor_is_refused(as_: As, guest: Person, db_session: object) -> None:
    assert as_(guest).get("/communities?cursor=nonsense").status == 400


def test_somebody_founds_a_community_and_owns_it(as_: As, eve: Person, db_session: object) -> None:
    visitor = as_(eve)
    made = visitor.get("/communities/new").form("#community-form").send(**NEW)
    assert made.location == "/c/quiet-corners/"
    row = db.session.query(Community).filter_by(slug="quiet-corners").one()
    owner = db.session.query(Member).filter_by(community_id=row.id).one()
    assert (owner.user_id, owner.role, row.member_count) == (eve.user_id, "OWNER", 1)
    spaces = visitor.get("/c/quiet-corners/spaces")
    assert sorted(spaces.texts(".place-card h3")) == ["Announcements", "General"]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"slug": "bikes"}, "slug", "This address is taken."),
        ({"slug": "Bikes"}, "slug", "This address is taken."),
        ({"slug": "new"}, "slug", "This address is reserved."),
        ({"slug": "ab"}, "slug", "Use 3 to 50 characters."),
        ({"slug": "-abc"}, "slug", "Use letters a to z, digits and, inside, hyphens."),
        ({"slug": "a b c"}, "slug", "Use letters a to z, digits and, inside, hyphens."),
        ({"name": ""}, "name", "Please use at least 2 characters."),
        ({"name": "x" * 81}, "name", "Please use at most 80 characters."),
        ({"name": "🔥🔥", "slug": ""}, "slug", "Choose an address."),
        ({"description": "x" * 501}, "description", "Please use at most 500 characters."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(
    change: dict[str, str], field: str, message: str, as_: As, eve: Person, db_session: object
) -> None:
    answer = as_(eve).get("/communities/new").form("#community-form").send(**(NEW | change))
    assert answer.status == 422
    assert answer.text(f"#f-{field}-error") == message
    assert answer.has(f"#f-{field}[autofocus]")
    kept = answer.form("#community-form").fields
    assert {name: kept[name] for name in NEW} == NEW | change
    assert as_(eve).post("/communities/new", **NEW).status == 303, "everything else was fine"


def test_an_address_is_made_of_the_name_when_none_is_given(as_: As, eve: Person, db_session: object) -> None:
    assert as_(eve).post("/communities/new", name="Bikes", slug="").location == "/c/bikes-2/"
    assert as_(eve).post("/communities/new", name="Größe & Maß", slug="").location == "/c/grosse-mass/"


def test_an_address_is_checked_and_suggested_while_one_types(as_: As, eve: Person, db_session: object) -> None:
    visitor = as_(eve)
    assert visitor.htmx_get("/communities/slug?slug=Bikes").text("#f-slug-error") == "This address is taken."
    assert visitor.htmx_get("/communities/slug?value=trikes").text("#f-slug-help") == "trikes is free."
    assert visitor.get("/communities/slug?value=bikes").text("#f-slug-error") == "This address is taken."
    field = visitor.htmx_get("/communities/slug?name=Bikes&slug=&suggested=")
    assert field.one("#f-slug").attributes["value"] == "bikes-2"
    typed = visitor.htmx_get("/communities/slug?name=Bikes&slug=wheels&suggested=bikes-2")
    assert typed.one("#f-slug").attributes["value"] == "wheels"


def test_a_community_is_founded_by_somebody_with_an_account(as_: As, guest: Person, eve: Person) -> None:
    assert as_(guest).post("/communities/new", **NEW).location.startswith("/login?next=")
    assert as_(guest).get("/communities/new").location == "/login?next=/communities/new"
    assert as_(eve).post("/communities/new", **NEW).status == 303


def test_a_site_may_keep_founding_to_its_administrators(as_: As, eve: Person, db_session: object) -> None:
    settings.put("community_creation", "ADMINS")
    page = as_(eve).get("/communities/new")
    assert page.text(".callout span") == "Only site administrators create communities here."
    assert not page.has("#community-form")
    assert as_(eve).post("/communities/new", **NEW).status == 403
    assert not as_(eve).get("/communities").has(".page-head__actions")


def test_three_communities_a_day_and_ten_in_all(as_: As, eve: Person, found: Found) -> None:
    visitor = as_(eve)
    assert [visitor.post("/communities/new", name=f"Club {n}").status for n in range(4)] == [303, 303, 303, 429]
    for n in range(7):
        found(f"more-{n}", by=eve)
    assert db.session.query(Member).filter_by(user_id=eve.user_id, role="OWNER").count() == 10
    with pytest.raises(Exception, match="as many communities as one person may"):
        found("eleventh", by=eve)


def test_what_is_no_part_of_the_form_is_refused(as_: As, eve: Person, db_session: object) -> None:
    assert as_(eve).post("/communities/new", **NEW, status="LOCKED").status == 422
    assert db.session.query(Space).count() == 3, "nothing was half made"
