"""Profiles: what they say, who sees them, names that change, and who looked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from sqlalchemy import delete, select, update

from community.accounts import looking, policies, queries
from community.accounts import services as accounts
from community.accounts.models import Block, Follow, FormerUsername, Profile, User, UserStats
from community.accounts.privacy import VISIBILITIES
from community.communities.models import Member
from community.communities.viewers import of_user
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.content import commented, published
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
Drain = Callable[[], Counter[str]]
pytestmark = pytest.mark.usefixtures("db_session")


def show_to(person: Person, visibility: str, **others: object) -> None:
    """Set somebody's privacy behind the services' back."""
    db.session.execute(update(Profile).where(Profile.user_id == person.user_id)
                       .values(privacy={"visibility": visibility, **others}))
    db.session.commit()


def follow(one: Person, other: Person, status: str = "ACTIVE") -> None:
    db.session.add(Follow(follower_id=one.user_id, followee_id=other.user_id, status=status, created_at=now()))
    db.session.flush()


# Who sees a profile


@pytest.mark.parametrize(("visibility", "guest_sees", "stranger_sees", "member_sees", "follower_sees"), [
    ("PUBLIC", "whole", "whole", "whole", "whole"), ("MEMBERS", "name", "name", "whole", "name"),
    ("FOLLOWERS", "name", "name", "name", "whole"), ("PRIVATE", "none", "none", "name", "name"),
])  # fmt: skip
def test_a_profile_is_seen_by_whom_its_owner_chose(
    as_: As, bob: Person, cleo: Person, eve: Person, guest: Person, visibility: str, guest_sees: str, stranger_sees: str,
    member_sees: str, follower_sees: str,
) -> None:
    db.session.execute(update(Profile).where(Profile.user_id == bob.user_id).values(bio_html="<p>I ride.</p>"))
    show_to(bob, visibility)

    def seen(person: Person) -> str:
        page = as_(person).get("/u/bob")
        if page.status == 404:
            return "none"
        assert page.text("h1") == "Bob Tanaka"
        assert page.has("#person-actions")
        return "whole" if "I ride." in page.html else "name"

    assert [seen(guest), seen(eve), seen(cleo)] == [guest_sees, stranger_sees, member_sees]
    follow(eve, bob)
    assert seen(eve) == follower_sees
    assert seen(bob) == "whole"
    if follower_sees == "name":
        assert [as_(eve).get(f"/u/bob/{tab}").status for tab in ("comments", "communities", "followers")] == [404] * 3


def relations() -> Iterator[tuple[str, str, str, bool, bool, bool]]:
    """Everything that decides: visibility, status, follow of mine, whether they follow me, share a place, block me."""
    yield from product(VISIBILITIES, ("ACTIVE", "SUSPENDED", "BANNED"), ("", "PENDING", "ACTIVE"), (False, True),
                       (False, True), (False, True))  # fmt: skip


def test_the_policy_and_its_sql_twins_agree(bob: Person, ada: Person, cleo: Person, eve: Person) -> None:
    db.session.execute(update(User).where(User.id == ada.user_id).values(site_role="SITE_ADMIN"))
    places = {True: "ACTIVE", False: "ARCHIVED"}
    for visibility, status, mine, theirs, shares, blocked in relations():
        db.session.execute(delete(Follow))
        db.session.execute(delete(Block))
        db.session.execute(update(User).where(User.id == bob.user_id).values(status=status))
        db.session.execute(update(Member).where(Member.user_id == bob.user_id).values(status=places[shares]))
        db.session.execute(update(Profile).where(Profile.user_id == bob.user_id).values(privacy={"visibility": visibility}))
        if mine:
            follow(cleo, bob, mine)
        if theirs:
            follow(bob, cleo)
        if blocked:
            db.session.add(Block(blocker_id=bob.user_id, blocked_id=cleo.user_id, created_at=now()))
        db.session.flush()
        db.session.expire_all()
        unconcerned = (Viewer(), *(of_user(one.user_id) for one in (bob, ada, eve))) if not (mine or theirs or blocked) else ()
        for viewer in (of_user(cleo.user_id), *unconcerned):
            user = queries.with_profile(bob.user_id)
            level = policies.profile_level(viewer, user, queries.ties(viewer, bob.user_id))
            row = db.session.execute(
                select(policies.visible_profiles(viewer), policies.listed_people(viewer)).select_from(User)
                .join(Profile, Profile.user_id == User.id).where(User.id == bob.user_id)).one()
            assert tuple(row) == (level == "whole", level != "none"), (visibility, status, mine, theirs, shares, blocked, level)


def test_a_profile_that_is_not_for_search_engines_says_so(as_: As, bob: Person, guest: Person) -> None:
    assert not as_(guest).get("/u/bob").has("meta[name=robots]")
    for visibility, indexable in (("PUBLIC", False), ("MEMBERS", True)):
        show_to(bob, visibility, indexable=indexable)
        assert as_(guest).get("/u/bob").one("meta[name=robots]").attributes["content"] == "noindex"


def test_deleted_accounts_are_gone(as_: As, guest: Person) -> None:
    assert as_(guest).get("/u/deleted_user_0a1b2c3d4e5f").status == 410
    assert as_(guest).get("/u/nobody-here").status == 404


# What stands on it


def test_everything_one_says_of_oneself_is_shown(as_: As, bob: Person, cleo: Person) -> None:
    as_(bob).get("/settings/profile").form("#profile-form").send(
        display_name="Bob Tanaka", pronouns="he/him", bio="I *ride*.", location="Kyoto", interests="touring, Touring, maps",
        skills="welding", website="https://bob.example", mastodon="https://social.example/@bob", birthdate="1990-05-04")
    page = as_(cleo).get("/u/bob")
    assert "he/him" in page.text(".byline p")
    assert page.texts(".profile__words .tag") == ["touring", "maps", "welding"]
    assert {"https://bob.example", "https://social.example/@bob"} <= {a.attributes["href"] for a in page.select(".stats a")}
    assert "4 May" not in page.text(".profile")
    show_to(bob, "PUBLIC", show_birthdate=True)
    assert "4 May" in as_(cleo).get("/u/bob").text(".profile")
    assert "1990" not in as_(cleo).get("/u/bob").text(".profile")


@pytest.mark.parametrize(("field", "value"), [
    ("website", "http://bob.example"), ("mastodon", "javascript:alert(1)"), ("birthdate", "2190-01-01"),
    ("interests", ",".join(f"word {n}" for n in range(21))), ("skills", "x" * 41), ("pronouns", "x" * 31),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_what_was_typed_stays(as_: As, bob: Person, field: str, value: str) -> None:
    refused = as_(bob).get("/settings/profile").form("#profile-form").send(**{field: value, "location": "Kyoto"})
    assert refused.status == 422
    assert refused.has(f"#f-{field}[aria-invalid=true]")
    assert refused.form("#profile-form").fields[field] == value
    assert refused.form("#profile-form").fields["location"] == "Kyoto"


def test_the_meter_says_what_is_missing_and_a_handler_counts(as_: As, bob: Person, drain: Drain) -> None:
    page = as_(bob).get("/settings/profile")
    assert page.one("#profile-meter progress").attributes["value"] == "20"
    assert "a few words about you" in page.text("#profile-meter")
    page.form("#profile-form").send(bio="Hello.", location="Kyoto", interests="maps", skills="welding",
                                    website="https://bob.example")
    drain()
    profile = db.session.get_one(Profile, bob.user_id)
    assert (profile.completeness, profile.completed) == (75, False)
    profile.avatar = "abc"
    accounts.set_completeness(bob.user_id)
    assert (profile.completeness, profile.completed) == (90, True)


def test_tabs_show_what_the_viewer_reads(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, bob: Person, cleo: Person, mia: Person
) -> None:
    secret, plain = published(bikes, mia, space=workshop, title="Secret"), published(bikes, mia, title="Plain")
    commented(secret, bob, "In the workshop.")
    commented(plain, bob, "For all.")
    assert as_(cleo).get("/u/bob/comments").texts(".said .excerpt") == ["For all."]
    assert as_(mia).get("/u/bob/comments").texts(".said .excerpt") == ["For all.", "In the workshop."]
    assert as_(cleo).get("/u/bob/communities").texts(".member-card__name") == ["Bikes"]
    show_to(bob, "PUBLIC", show_activity=False, show_followers=False)
    assert [as_(cleo).get(f"/u/bob/{tab}").status for tab in ("comments", "followers", "following")] == [404] * 3
    assert as_(cleo).get("/u/bob").texts(".tabs a") == ["Posts", "In common"]
    assert len(as_(bob).get("/u/bob").texts(".tabs a")) == 5


def test_followers_are_listed_by_page_without_those_one_does_not_meet(
    as_: As, bob: Person, cleo: Person, ada: Person, eve: Person
) -> None:
    for person in (ada, cleo, eve):
        as_(person).post("/u/bob/follow")
    assert as_(cleo).get("/u/bob/followers").texts(".member-card__name") == ["Eve Novak", "Cleo Marsh", "Ada Okafor"]
    as_(cleo).post("/u/eve/block")
    assert as_(cleo).get("/u/bob/followers").texts(".member-card__name") == ["Cleo Marsh", "Ada Okafor"]
    assert as_(eve).get("/u/eve/following").texts(".member-card__name") == ["Bob Tanaka"]


def test_up_to_three_own_public_posts_are_showcased(
    as_: As, bikes: PlaceFacts, workshop: PlaceFacts, bob: Person, cleo: Person, guest: Person
) -> None:
    posts = [published(bikes, bob, title=f"Post {n}") for n in range(4)]
    hidden, foreign = published(bikes, bob, space=workshop, title="Hidden"), published(bikes, cleo)
    options = as_(bob).get("/settings/showcase").texts(".choices .check")
    assert "Hidden" not in options and len(options) == 4
    for wrong in ([hidden.id], [foreign.id], [post.id for post in posts]):
        assert as_(bob).post("/settings/showcase", posts=wrong).status == 422
    assert as_(bob).post("/settings/showcase", posts=[posts[2].id, posts[0].id]).status == 303
    titles = as_(guest).get("/u/bob").texts("[aria-labelledby=showcased-title] .card-post__title")
    assert titles == ["Post 2", "Post 0"]


# Names


def test_a_changed_name_leads_on_and_is_reserved(as_: As, bob: Person, cleo: Person, guest: Person) -> None:
    saved = as_(bob).get("/settings/account").form("form[action$='/username']").send(username="robert")
    assert saved.follow().has(".note")
    moved = as_(guest).get("/u/Bob/comments")
    assert (moved.status, moved.location) == (301, "/u/robert/comments")
    taken = as_(cleo).post("/settings/account/username", username="bob")
    assert taken.status == 422 and "taken" in taken.text(".field__error")
    assert queries.is_username_taken("bob")
    again = as_(bob).post("/settings/account/username", username="bobby")
    assert again.status == 422 and "next change" in again.text(".field__error")
    db.session.execute(update(FormerUsername).values(until=now() - dt.timedelta(seconds=1)))
    assert as_(guest).get("/u/bob").status == 404
    assert as_(cleo).post("/settings/account/username", username="bob").status == 303


@pytest.mark.parametrize("name", ["admin", "cleo", "CLEO", "a", "no spaces", "adm1n"])
def test_names_that_cannot_be_had_are_refused(as_: As, bob: Person, name: str) -> None:
    refused = as_(bob).post("/settings/account/username", username=name)
    assert refused.status == 422
    assert refused.form("form[action$='/username']").fields["username"] == name
    assert as_(bob).get("/u/bob").status == 200


def test_the_region_is_kept(as_: As, bob: Person) -> None:
    assert as_(bob).post("/settings/account/region", timezone="Europe/Berlin", preferred_language="en").status == 303
    assert as_(bob).get("/settings/account").form("form[action$='/region']").fields["timezone"] == "Europe/Berlin"
    assert as_(bob).post("/settings/account/region", timezone="Mars/Olympus").status == 422


# Who looked


def test_a_look_counts_once_a_day_never_ones_own_and_only_the_owner_learns(
    as_: As, bob: Person, cleo: Person, ada: Person, guest: Person
) -> None:
    for person in (cleo, cleo, ada, guest, bob):
        as_(person).get("/u/bob")
    assert looking.write_noted() == 2
    db.session.commit()
    as_(cleo).get("/u/bob")
    looking.write_noted()
    db.session.commit()
    assert db.session.get_one(UserStats, bob.user_id, populate_existing=True).profile_views == 2
    assert "2 looks" in as_(bob).get("/u/bob").text(".profile")
    assert "looks" not in as_(cleo).get("/u/bob").text(".profile")


# Searching


def test_people_are_found_by_a_part_of_their_names(bob: Person, cleo: Person, eve: Person) -> None:
    viewer = of_user(cleo.user_id)

    def found(q: str) -> list[str]:
        return [one.username for one in queries.search_people(viewer, q)]

    assert found("tana") == found("BO") == found("bob") == ["bob"]
    assert found("%") == found("") == found("zzzz") == []
    show_to(eve, "PRIVATE")
    assert found("novak") == []
