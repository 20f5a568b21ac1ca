"""The settings of a community, who reads it, and its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from community.communities import services
from community.communities.models import Community, JoinQuestion, Member
from community.core import broadcast
from community.core.audit import AuditLog
from community.core.clock import now
from community.extensions import db
from community.posts.models import Post
from tests.cast import Cast, Person, PlaceFacts
from tests.content import commented, page_of, published
from tests.visitor import Visitor

As = Callable[..., Visitor]
SETTINGS = "/c/bikes/dashboard/settings"
PAGES = ("", "/access", "/content", "/safety")


@pytest.fixture
def as_(as_: As, redis) -> As:
    """Whoever has just proved who they are is not remembered as somebody who has not."""

    def visitor(person: Person, *, confirmed: bool = False) -> Visitor:
        if confirmed:
            redis.flushdb()
        return as_(person, confirmed=confirmed)

    return visitor


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("mia", 403), ("bob", 403), ("eve", 403)])
def test_admins_alone_see_the_settings(name: str, status: int, as_: As, cast: Cast, db_session: object) -> None:
    for page in PAGES:
        assert as_(cast.people[name]).get(SETTINGS + page).status == status


def main(visitor: Visitor, page: str = ""):
    return visitor.get(SETTINGS + page).form(f'form[action="{SETTINGS}{page}"]')


def test_what_is_saved_is_shown(as_: As, ada: Person, guest: Person, bikes: PlaceFacts) -> None:
    visitor = as_(ada)
    saved = main(visitor).send(name="Bicycles", about="Since *1987*.", hue="200", timezone="Europe/Amsterdam")
    assert saved.location == f"{SETTINGS}?saved=1"
    about = as_(guest).get("/c/bikes/about")
    assert about.text("h1") == "Bicycles"
    assert about.texts("section .prose em") == ["1987"]
    row = db.session.query(AuditLog).filter_by(action="community.updated").one()
    assert row.after["name"] == "Bicycles"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": "x"}, "name"), ({"slug": "-"}, "slug"), ({"hue": "360"}, "hue"), ({"timezone": "Mars/Base"}, "timezone")],
)
def test_what_cannot_be_is_said_at_its_field(change, field: str, as_: As, ada: Person, db_session: object) -> None:
    answer = main(as_(ada)).send(**change)
    assert answer.status == 422
    assert answer.has(f"#f-{field}-error")
    assert answer.form(f'form[action="{SETTINGS}"]').fields[field] == change[field]


def test_two_who_save_at_once_lose_nothing(as_: As, ada: Person, cleo: Person, bikes: PlaceFacts, redis) -> None:
    db.session.get(Member, cleo.member_id).role = "ADMIN"
    redis.flushdb()
    first, second = main(as_(ada)), main(as_(cleo))
    assert first.send(name="Bicycles").status == 303
    clash = second.send(name="Velos")
    assert clash.status == 409
    assert "Bicycles" in clash.texts(".theirs dd")
    form = clash.form(f'form[action="{SETTINGS}"]')
    assert form.fields["name"] == "Velos"
    assert form.send().status == 303
    assert db.session.get(Community, bikes.id).name == "Velos"


def test_an_old_address_leads_to_the_new_one(as_: As, ada: Person, guest: Person, eve: Person, bikes: PlaceFacts) -> None:
    as_(guest).get("/c/bikes/about")
    assert main(as_(ada)).send(slug="bicycles").location == "/c/bicycles/dashboard/settings?saved=1"
    moved = as_(guest).get("/c/bikes/members?sort=posts")
    assert (moved.status, moved.location) == (301, "/c/bicycles/members?sort=posts")
    assert as_(guest).get("/c/bicycles/about").status == 200
    taken = as_(eve).post("/communities/new", name="Bikes", slug="bikes")
    assert taken.status == 422, "the old address is kept"
    back = as_(ada).get("/c/bicycles/dashboard/settings").form("form[action$='/dashboard/settings']").send(slug="bikes")
    assert back.location == "/c/bikes/dashboard/settings?saved=1"
    assert as_(guest).get("/c/bicycles/about").location == "/c/bikes/about"
    db.session.get(Community, bikes.id).visibility = "HIDDEN"
    from community.core import cache

    cache.raise_generation("c:bikes")
    assert as_(eve).get("/c/bicycles/about").status == 404, "a hidden one does not show itself by its old address"
    assert as_(ada).get("/c/bicycles/about").status == 301


def test_settings_are_checked_in_one_place(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    assert main(as_(ada), "/content").send(comment_max_depth="3", allow_member_spaces="on").status == 303
    assert db.session.get(Community, bikes.id).settings == {"comment_max_depth": 3, "allow_member_spaces": True}
    version = db.session.get(Community, bikes.id).version
    assert as_(ada).post(f"{SETTINGS}/content", version=version, golden_toilet="on").status == 422
    assert as_(ada).post(f"{SETTINGS}/content", version=version, comment_max_depth="99").status == 422
    assert db.session.get(Community, bikes.id).settings["comment_max_depth"] == 3


def test_questions_are_asked_in_their_order(as_: As, ada: Person, eve: Person, bikes: PlaceFacts) -> None:
    main(as_(ada), "/access").send(question_1="Why?", question_2="Since when?", required_2=None)
    assert as_(eve).get("/c/bikes/join").texts("main .field__label") == ["Why?", "Since when? optional"]
    main(as_(ada), "/access").send(question_1="Since when?", question_2="")
    asked = db.session.query(JoinQuestion).filter_by(community_id=bikes.id).all()
    assert [one.text for one in asked] == ["Since when?"]


def test_a_community_that_becomes_private_is_private_at_once(
    as_: As, ada: Person, bob: Person, eve: Person, guest: Person, bikes: PlaceFacts, monkeypatch
) -> None:
    post = published(bikes, bob)
    outside = [as_(guest), as_(eve)]
    for visitor in outside:
        assert visitor.get(page_of(post)).status == 200
        assert visitor.get("/c/bikes/").has(".card-post")
    rechecked: list[object] = []
    monkeypatch.setattr(broadcast, "recheck", lambda *args, **named: rechecked.append((args, named)))
    refused = main(as_(ada), "/access").send(visibility="PRIVATE")
    assert db.session.get(Community, bikes.id).visibility == "PUBLIC", "not without a proof of identity"
    assert refused.status in (303, 403)
    assert main(as_(ada, confirmed=True), "/access").send(visibility="PRIVATE").status == 303
    for visitor in outside:
        assert visitor.get(page_of(post)).status == 404
        assert visitor.get("/c/bikes/").location == "/c/bikes/about"
        assert not visitor.get("/").has(".card-post")
    assert as_(bob).get(page_of(post)).status == 200
    assert ((), {}) in rechecked, "open pages of everybody are looked at again"


def test_opening_a_community_is_confirmed_with_what_becomes_visible(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts, redis
) -> None:
    published(bikes, bob, space=general)
    db.session.get(Community, bikes.id).visibility = "PRIVATE"
    redis.flushdb()
    visitor = as_(ada, confirmed=True)
    asked = main(visitor, "/access").send(visibility="PUBLIC")
    assert asked.status == 409
    assert "1 post becomes visible to everybody." in asked.text(".callout--danger")
    assert db.session.get(Community, bikes.id).visibility == "PRIVATE"
    assert asked.form(f'form[action="{SETTINGS}/access"]').send(confirmed="on").status == 303
    assert db.session.get(Community, bikes.id).visibility == "PUBLIC"


def delete(visitor: Visitor, slug: str = "bikes"):
    return visitor.get(f"{SETTINGS}/safety").form("form[action$='/delete']").send(slug=slug)


def test_a_deleted_community_is_gone_and_can_be_brought_back(
    as_: As, ada: Person, bob: Person, guest: Person, mia: Person, bikes: PlaceFacts
) -> None:
    assert delete(as_(ada, confirmed=True), "bike").status == 422
    assert delete(as_(ada, confirmed=True)).location == "/c/bikes/restore"
    for person in (bob, guest, mia):
        for path in ("", "about", "members", "dashboard/tasks"):
            assert as_(person).get(f"/c/bikes/{path}").status == 410
        assert as_(person).get("/c/bikes/restore").status == 410
    assert not as_(guest).get("/communities").has('a[href="/c/bikes/"]')
    page = as_(ada).get("/c/bikes/restore")
    assert page.text("h1") == "Bikes is closed"
    assert page.form("main form").send().location == "/c/bikes/"
    assert as_(bob).get("/c/bikes/").status == 200


def test_a_community_is_purged_after_its_time_of_grace(
    as_: As, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts, drain: Callable[[], object], found
) -> None:
    other = found("boats")
    kept = published(PlaceFacts(other.id, "", "boats", "/c/boats/"), ada)
    post = published(bikes, bob, tags=("steel",))
    commented(post, cleo)
    services.create_invite(services.Offer(), by=_viewer(ada, bikes))
    drain()
    assert delete(as_(ada, confirmed=True)).status == 303
    drain()
    assert services.purge_one() == 0, "not before its time"
    db.session.get(Community, bikes.id).deletes_at = now() - dt.timedelta(minutes=1)
    db.session.flush()
    assert services.purge_one() > 10
    db.session.expire_all()
    assert db.session.query(Post).filter_by(community_id=bikes.id).count() == 0
    assert db.session.query(Member).filter_by(community_id=bikes.id).count() == 0
    assert db.session.get(Post, kept.id) is not None
    assert db.session.query(AuditLog).filter_by(community_id=bikes.id).count() > 0
    assert as_(ada).get("/c/bikes/about").status == 404
    assert services.purge_one() == 0


def test_an_owner_alone_deletes(as_: As, cleo: Person, redis) -> None:
    db.session.get(Member, cleo.member_id).role = "ADMIN"
    redis.flushdb()
    assert not as_(cleo).get(f"{SETTINGS}/safety").has("form[action$='/delete']")
    assert as_(cleo, confirmed=True).post(f"{SETTINGS}/delete", slug="bikes").status == 403


def _viewer(person: Person, place: PlaceFacts):
    from community.communities import viewers

    return viewers.for_community(viewers.of_user(person.user_id), place.id)
