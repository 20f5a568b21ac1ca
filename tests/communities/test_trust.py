"""Earned standing, what newcomers may write, and what ends by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from community.communities import activity, services
from community.communities.models import Community, Member
from community.core import cache
from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.content import below, change_member, compose, published, writer
from tests.visitor import Visitor

As = Callable[..., Visitor]
DAY = dt.timedelta(days=1)


def level(person: Person) -> str:
    db.session.expire_all()
    return db.session.get(Member, person.member_id).trust_level


def earned(person: Person, place: PlaceFacts, **values: object) -> None:
    change_member(person, **({"joined_at": now() - 4 * DAY, "post_count": 3, "comment_count": 2, "trust_level": "NEW"} | values))
    for post_id in range(1, 11):
        activity.note_read(writer(person, place.id), post_id)


@pytest.mark.parametrize(
    ("lacks", "after"),
    [({}, "ACTIVE"), ({"joined_at": now() - 2 * DAY}, "NEW"), ({"comment_count": 1}, "NEW")],
)
def test_who_stays_reads_and_writes_becomes_active(lacks: dict, after: str, bob: Person, bikes: PlaceFacts, db_session) -> None:
    earned(bob, bikes, **lacks)
    services.consider_trust(bikes.id, [bob.member_id])
    assert level(bob) == after


def test_who_reads_nothing_stays_new(bob: Person, bikes: PlaceFacts, db_session, redis) -> None:
    earned(bob, bikes)
    redis.flushdb()
    assert services.consider_trust(bikes.id, [bob.member_id]) == 0
    assert level(bob) == "NEW"


def test_who_is_liked_for_long_becomes_trusted(bob: Person, bikes: PlaceFacts, db_session) -> None:
    change_member(bob, joined_at=now() - 31 * DAY, post_count=40, comment_count=10, like_received_count=20, trust_level="ACTIVE")
    assert services.recompute_trust(bikes.id)[0] >= 1
    assert level(bob) == "TRUSTED"


def test_the_thresholds_are_settings(bob: Person, bikes: PlaceFacts, db_session) -> None:
    earned(bob, bikes, joined_at=now())
    db.session.get(Community, bikes.id).settings = {"trust_active_days": 0}
    services.consider_trust(bikes.id, [bob.member_id])
    assert level(bob) == "ACTIVE"


def test_a_level_set_by_hand_stays(as_: As, ada: Person, bob: Person, mia: Person, bikes: PlaceFacts) -> None:
    roles = "/c/bikes/dashboard/roles"
    assert as_(ada).get(roles).form(f'form[action="{roles}/trust"]').send(username="bob", level="NEW").status == 303
    earned(bob, bikes)
    services.consider_trust(bikes.id, [bob.member_id])
    assert level(bob) == "NEW"
    assert as_(mia).post(f"{roles}/trust", username="bob", level="TRUSTED").status == 403


def test_writing_raises_a_level_at_once(as_: As, bob: Person, bikes: PlaceFacts, drain: Callable[[], object]) -> None:
    earned(bob, bikes, comment_count=1)
    compose(as_(bob), title="The fifth", content="And the last before I am known.")
    drain()
    assert level(bob) == "ACTIVE"


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("https://a.example https://b.example https://c.example", "2 links"),
        ("![](/media/a/b) ![](/media/c/d)", "1 image"),
        ("@ada @mia @cleo", "2 mentions"),
    ],
)
def test_a_newcomers_text_is_held_to_limits(text: str, noun: str, as_: As, bob: Person, ada: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, ada)
    change_member(bob, trust_level="NEW")
    page = as_(bob).get("/c/bikes/new")
    assert "up to 2 links, 1 image and 2 mentions" in page.text(".newcomer"), "told before"
    refused = page.form("#compose").send(title="Look", content=text)
    assert refused.status == 422
    assert noun in refused.text("#f-content-error")
    assert refused.form("#compose").fields["content"] == text
    answer = as_(bob).post(below(post, "comments"), body=text)
    assert answer.status == 422
    assert text in answer.text("textarea")
    change_member(bob, trust_level="ACTIVE")
    assert compose(as_(bob), title="Look", content=text).status == 303
    assert not as_(bob).get("/c/bikes/new").has(".newcomer")


def test_a_newcomer_writes_five_posts_and_twenty_comments_a_day(
    as_: As, bob: Person, ada: Person, bikes: PlaceFacts
) -> None:
    post = published(bikes, ada)
    change_member(bob, trust_level="NEW")
    for _ in range(5):
        published(bikes, bob)
    refused = compose(as_(bob), title="The sixth", content="Too many for one day.")
    assert refused.status == 429
    assert refused.form("#compose").fields["content"] == "Too many for one day."
    from tests.content import commented

    for _ in range(20):
        commented(post, bob)
    assert as_(bob).post(below(post, "comments"), body="One more.").status == 429
    change_member(bob, trust_level="ACTIVE")
    assert as_(bob).post(below(post, "comments"), body="One more.").status == 303


def test_a_suspension_ends_by_itself(as_: As, bob: Person, cleo: Person, bikes: PlaceFacts, redis) -> None:
    change_member(bob, status="SUSPENDED", status_expires_at=now() - dt.timedelta(seconds=1))
    change_member(cleo, status="SUSPENDED", status_expires_at=now() + DAY, muted_until=now() - DAY)
    assert as_(bob).get("/c/bikes/new").status == 403
    assert services.end_what_expired() == 2
    db.session.commit()
    redis.flushdb()
    assert as_(bob).get("/c/bikes/new").status == 200
    assert as_(cleo).get("/c/bikes/new").status == 403


def test_who_was_active_is_written_later(as_: As, bob: Person, bikes: PlaceFacts, db_session) -> None:
    change_member(bob, last_active_at=now() - DAY)
    activity._last.clear()
    as_(bob).get("/c/bikes/")
    assert db.session.get(Member, bob.member_id).last_active_at < now() - DAY / 2, "not by looking"
    assert activity.write_noted() == 1
    db.session.expire_all()
    assert db.session.get(Member, bob.member_id).last_active_at > now() - DAY / 2
    names = as_(bob).get("/c/bikes/members?online=1").texts(".member-card__name a")
    assert "Bob Tanaka" in names


def test_members_are_found_filtered_and_sorted(as_: As, bob: Person, cleo: Person, bikes: PlaceFacts) -> None:
    change_member(cleo, post_count=50)
    visitor = as_(bob)

    def names(query: str) -> list[str]:
        return visitor.get(f"/c/bikes/members?{query}").texts(".member-card__name a")

    assert names("q=tana") == ["Bob Tanaka"]
    assert names("q=@cle") == ["Cleo Marsh"]
    assert names("role=MODERATOR") == ["Mia Lindqvist"]
    assert names("sort=posts")[0] == "Cleo Marsh"
    assert names("trust=TRUSTED") == []
    assert visitor.get("/c/bikes/members?q=nobody").text(".empty h2") == "No member matches"
    cache.raise_generation("c:bikes")
