"""Joining, asking to, leaving and coming back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member, MemberPeriod, SpaceMember
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.communities.conftest import Found
from tests.visitor import Page, Visitor

As = Callable[[Person], Visitor]


def row_of(person: Person, community_id: int) -> Member:
    return db.session.query(Member).filter_by(user_id=person.user_id, community_id=community_id).one()


def actions(page: Page) -> list[str]:
    """What the buttons at the head of the page say."""
    return page.texts(".page-head__actions > .btn, .page-head__actions > form > .btn, .page-head__actions > .badge")


def test_joining_makes_a_member_at_once(as_: As, eve: Person, bikes: PlaceFacts, drain: Callable[[], object]) -> None:
    before = db.session.get(Community, bikes.id).member_count
    visitor = as_(eve)
    about = visitor.get("/c/bikes/about")
    assert actions(about) == ["Join"]
    joined = about.form(".page-head__actions form").send()
    assert joined.location == "/c/bikes/welcome"
    assert actions(visitor.get("/c/bikes/about")) == ["Member"]
    member = row_of(eve, bikes.id)
    assert (member.status, member.role) == ("ACTIVE", "MEMBER")
    assert db.session.get(Community, bikes.id).member_count == before + 1
    assert db.session.query(SpaceMember).filter_by(member_id=member.id, status="ACTIVE").count() == 2, (
        "the default spaces"
    )
    drain()
    assert "Eve Novak" in visitor.get("/c/bikes/members").texts(".member-card__name a")


def test_coming_back_keeps_one_row_and_opens_a_second_period(as_: As, eve: Person, bikes: PlaceFacts) -> None:
    visitor = as_(eve)
    visitor.post("/c/bikes/join")
    first = row_of(eve, bikes.id).id
    leave = visitor.get("/c/bikes/leave")
    assert leave.text("h1") == "Leave Bikes?"
    assert leave.form().send().location == "/c/bikes/about"
    assert row_of(eve, bikes.id).status == "ARCHIVED"
    assert db.session.query(SpaceMember).filter_by(member_id=first, status="ACTIVE").count() == 0
    assert actions(visitor.get("/c/bikes/about")) == ["Join"]
    visitor.post("/c/bikes/join")
    assert row_of(eve, bikes.id).id == first
    periods = db.session.query(MemberPeriod).filter_by(member_id=first).order_by(MemberPeriod.id).all()
    assert [(period.ended_at is None, period.end_reason) for period in periods] == [(False, "LEFT"), (True, None)]
    assert visitor.post("/c/bikes/join").status == 303, "joining twice is no error"
    assert db.session.query(MemberPeriod).filter_by(member_id=first).count() == 2


def test_the_last_owner_cannot_leave(as_: As, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    answer = as_(ada).post("/c/bikes/leave")
    assert answer.status == 409
    assert "Transfer ownership first." in answer.text("main")
    assert row_of(ada, bikes.id).status == "ACTIVE"
    assert as_(bob).post("/c/bikes/leave").status == 303


def test_one_of_two_owners_leaves_and_comes_back_as_a_member(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts
) -> None:
    row_of(bob, bikes.id).role = "OWNER"
    assert as_(ada).post("/c/bikes/leave").status == 303
    as_(ada).post("/c/bikes/join")
    assert row_of(ada, bikes.id).role == "MEMBER"


def test_a_guest_is_led_to_an_account_and_back(as_: As, guest: Person, bikes: PlaceFacts) -> None:
    link = as_(guest).get("/c/bikes/about").one(".page-head__actions a")
    assert link.attributes["href"] == "/signup?next=/c/bikes/join"
    assert as_(guest).get("/c/bikes/join").location == "/login?next=/c/bikes/join"
    assert as_(guest).post("/c/bikes/join").location.startswith("/login?next=")


def test_a_request_waits_is_seen_and_can_be_withdrawn(as_: As, eve: Person, found: Found) -> None:
    quiet = found("quiet", visibility="PRIVATE", join_policy="APPROVAL")
    visitor = as_(eve)
    assert actions(visitor.get("/c/quiet/about")) == ["Request to join"]
    asked = visitor.get("/c/quiet/join").form().send()
    assert asked.location == "/c/quiet/about"
    about = asked.follow()
    assert actions(about) == ["Requested · withdraw"]
    assert about.text(".notice-bar p").startswith("You asked to join Quiet.")
    assert (row_of(eve, quiet.id).status, row_of(eve, quiet.id).joined_at) == ("PENDING", None)
    assert quiet.member_count == 1
    assert visitor.get("/c/quiet/members").status == 404, "asking does not let in"
    about.form(".notice-bar form").send()
    assert actions(visitor.get("/c/quiet/about")) == ["Request to join"]
    assert db.session.query(MemberPeriod).filter_by(member_id=row_of(eve, quiet.id).id).count() == 0


def test_whoever_is_not_invited_is_told_so(as_: As, eve: Person, guest: Person, found: Found) -> None:
    found("closed", join_policy="INVITE_ONLY")
    assert as_(eve).get("/c/closed/about").text(".page-head__actions .badge") == "Invitation only"
    assert as_(eve).post("/c/closed/join").status == 403
    assert actions(as_(guest).get("/c/closed/about")) == ["Invitation only", "Enter invite"]


def test_a_banned_member_does_not_come_back(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    row_of(bob, bikes.id).status = "BANNED"
    note = as_(bob).get("/c/bikes/about").one(".page-head__actions .note")
    assert note.text().startswith("You are banned from this community. The ban has no end date.")
    assert note.css_first("a").attributes["href"].startswith("mailto:")
    answer = as_(bob).post("/c/bikes/join")
    assert answer.status == 403
    assert "banned" in answer.text("main")
    assert as_(bob).post("/c/bikes/leave").status == 403
    assert row_of(bob, bikes.id).status == "BANNED"


def test_the_rules_are_read_and_accepted_in_the_version_shown(as_: As, eve: Person, bikes: PlaceFacts) -> None:
    place = db.session.get(Community, bikes.id)
    place.rules, place.rules_html, place.rules_version = "Be kind.", "<p>Be kind.</p>", 3
    visitor = as_(eve)
    assert visitor.get("/c/bikes/about").one(".page-head__actions a").attributes["href"] == "/c/bikes/join"
    page = visitor.get("/c/bikes/join")
    assert page.text(".rules .prose") == "Be kind."
    refused = page.form().send()
    assert refused.status == 422
    assert refused.text("#f-accept-error") == "Please read the rules and accept them to join."
    db.session.get(Community, bikes.id).rules_version = 4
    assert page.form().send(accept="on").status == 422, "they changed meanwhile"
    assert visitor.get("/c/bikes/join").form().send(accept="on").location == "/c/bikes/welcome"
    assert row_of(eve, bikes.id).rules_version == 4


def test_whoever_belongs_need_not_join(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    assert as_(bob).get("/c/bikes/join").location == "/c/bikes/about"


@pytest.mark.parametrize("path", ["about", "join", "members", "spaces", "", "spaces/new"])
def test_a_hidden_community_does_not_exist_for_others(
    path: str, as_: As, eve: Person, ada: Person, guest: Person, found: Found
) -> None:
    found("secret", visibility="HIDDEN")
    missing = as_(eve).get(f"/c/nowhere/{path}")
    for person in (eve, guest):
        answer = as_(person).get(f"/c/secret/{path}")
        assert answer.status == 404
        assert "Secret" not in answer.html
    assert as_(eve).get(f"/c/secret/{path}").texts("main *") == missing.texts("main *")
    assert as_(ada).get(f"/c/secret/{path}").status in (200, 303)


def test_a_private_community_shows_its_name_and_hides_its_content(
    as_: As, eve: Person, ada: Person, guest: Person, found: Found
) -> None:
    found("quiet", visibility="PRIVATE")
    for person in (eve, guest):
        visitor = as_(person)
        assert visitor.get("/c/quiet/").location == "/c/quiet/about"
        assert visitor.get("/c/quiet/about").text("h1") == "Quiet"
        for path in ("members", "spaces", "s/general/"):
            assert visitor.get(f"/c/quiet/{path}").status == 404
        assert visitor.get("/c/quiet/about").texts(".sidebar a[href^='/c/quiet/']") == ["About"]
    assert as_(ada).get("/c/quiet/members").status == 200


def test_what_about_says_was_written_as_markdown(as_: As, guest: Person, bikes: PlaceFacts) -> None:
    place = db.session.get(Community, bikes.id)
    place.about_html, place.rules_html = "<p>Since <em>1987</em>.</p>", "<p>Ring twice.</p>"
    page = as_(guest).get("/c/bikes/about")
    assert page.texts("section .prose") == ["Since 1987.", "Ring twice."]
    assert page.texts("section .prose em") == ["1987"]
    assert page.texts(".member-card__name a") == ["Ada Okafor", "Mia Lindqvist"]


def test_members_are_listed_newest_first_page_by_page(
    as_: As, guest: Person, bikes: PlaceFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.communities.views.people.PAGE", 3)
    page = as_(guest).get("/c/bikes/members")
    rest = as_(guest).htmx_get(str(page.one(".pager").attributes["hx-get"]))
    names = page.texts(".member-card__name a") + rest.texts(".member-card__name a")
    assert names == ["Cleo Marsh", "Bob Tanaka", "Mia Lindqvist", "Ada Okafor"]
    assert not rest.has(".pager")
    assert "@example.org" not in page.html + rest.html


def test_a_community_may_keep_its_member_list_to_members(
    as_: As, bob: Person, eve: Person, guest: Person, bikes: PlaceFacts
) -> None:
    db.session.get(Community, bikes.id).settings = {"public_member_list": False}
    assert as_(bob).get("/c/bikes/members").status == 200
    for person in (eve, guest):
        assert as_(person).get("/c/bikes/members").status == 403
