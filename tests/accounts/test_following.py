"""Following people: at once or by request, counted, told, and undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select, text

from community.accounts import services
from community.accounts.models import Block, Follow, UserStats
from community.accounts.queries import by_username
from community.communities.viewers import of_user
from community.extensions import db
from tests.cast import Person
from tests.together import together
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
Drain = Callable[[], Counter[str]]


def counts(person: Person) -> tuple[int, int]:
    """Followers and followed, as they are stored."""
    row = db.session.get_one(UserStats, person.user_id, populate_existing=True)
    return row.total_followers, row.total_following


def ask_to_be_asked(visitor: Visitor) -> None:
    assert visitor.post("/settings/privacy", visibility="PUBLIC", follow_approval="1", show_followers="1").status == 303


def titles(visitor: Visitor) -> list[str]:
    return visitor.get("/notifications").texts(".notice__text")


def test_following_counts_for_both_and_the_other_is_told(as_: As, bob: Person, cleo: Person, drain: Drain) -> None:
    page = as_(bob).get("/u/cleo")
    followed = page.form("#person-actions form[action$='/follow']").send().follow()
    assert followed.text("#person-actions [popovertarget=following-menu]") == "Following"
    assert followed.text("#followers-count") == "1"
    assert (counts(cleo), counts(bob)) == ((1, 0), (0, 1))
    drain()
    assert titles(as_(cleo)) == ["Bob Tanaka follows you"]
    assert as_(cleo).get("/u/bob").has(".byline p") and "follows you" in as_(cleo).get("/u/bob").text(".profile .byline p")


def test_the_button_swaps_itself_and_the_count(as_: As, bob: Person, cleo: Person) -> None:
    answer = as_(bob).htmx_post("/u/cleo/follow")
    assert answer.has("hx-partial[hx-target='#person-actions'] [popovertarget=following-menu]")
    assert answer.text("hx-partial[hx-target='#followers-count']") == "1"
    answer = as_(bob).htmx_post("/u/cleo/follow/delete")
    assert answer.text("hx-partial[hx-target='#followers-count']") == "0"
    assert (counts(cleo), counts(bob)) == ((0, 0), (0, 0))


def test_following_twice_counts_once_and_unfollowing_twice_too(as_: As, bob: Person, cleo: Person) -> None:
    for _ in range(2):
        assert as_(bob).post("/u/cleo/follow").status == 303
    assert counts(cleo) == (1, 0)
    for _ in range(2):
        assert as_(bob).post("/u/cleo/follow/delete").status == 303
    assert counts(cleo) == (0, 0)


def test_who_wants_to_be_asked_is_asked_and_counts_after_saying_yes(
    as_: As, bob: Person, cleo: Person, drain: Drain
) -> None:
    ask_to_be_asked(as_(cleo))
    requested = as_(bob).post("/u/cleo/follow").follow()
    assert requested.text("#person-actions [data-label]") == "Requested"
    assert (counts(cleo), counts(bob)) == ((0, 0), (0, 0))
    drain()
    assert titles(as_(cleo)) == ["Bob Tanaka asks to follow you"]
    waiting = as_(cleo).get("/follow-requests")
    answer = waiting.form("#follow-requests form[action$='/accept']").send().follow()
    assert answer.texts("#follow-requests .empty h2") == ["No one is waiting"]
    assert (counts(cleo), counts(bob)) == ((1, 0), (0, 1))
    drain()
    assert titles(as_(bob)) == ["Cleo Marsh lets you follow them"]


def test_declining_is_silent_and_removes_the_row(as_: As, bob: Person, cleo: Person, drain: Drain) -> None:
    ask_to_be_asked(as_(cleo))
    as_(bob).post("/u/cleo/follow")
    number = db.session.scalar(select(Follow.id).where(Follow.follower_id == bob.user_id))
    answer = as_(cleo).htmx_post(f"/follow-requests/{number}/decline")
    assert answer.text("hx-partial .empty h2") == "No one is waiting"
    drain()
    assert titles(as_(bob)) == []
    assert as_(bob).get("/u/cleo").text("#person-actions [data-label]") == "Follow"
    assert as_(cleo).post(f"/follow-requests/{number}/accept").status == 404


def test_all_requests_are_answered_at_once(as_: As, ada: Person, bob: Person, cleo: Person, eve: Person) -> None:
    ask_to_be_asked(as_(cleo))
    for person in (ada, bob, eve):
        as_(person).post("/u/cleo/follow")
    assert len(as_(cleo).get("/follow-requests").select("#follow-requests .row")) == 3
    assert as_(cleo).post("/follow-requests/accept").follow().has(".empty")
    assert counts(cleo) == (3, 0)
    assert [counts(person) for person in (ada, bob, eve)] == [(0, 1)] * 3


def test_nobody_answers_the_requests_of_others(as_: As, bob: Person, cleo: Person, eve: Person) -> None:
    ask_to_be_asked(as_(cleo))
    as_(bob).post("/u/cleo/follow")
    number = db.session.scalar(select(Follow.id).where(Follow.follower_id == bob.user_id))
    assert as_(eve).post(f"/follow-requests/{number}/accept").status == 404
    assert counts(cleo) == (0, 0)
    as_(eve).post(f"/follow-requests/{number}/decline")
    assert db.session.get(Follow, number) is not None


def test_approval_switched_off_accepts_nothing_by_itself(as_: As, bob: Person, cleo: Person) -> None:
    ask_to_be_asked(as_(cleo))
    as_(bob).post("/u/cleo/follow")
    as_(cleo).post("/settings/privacy", visibility="PUBLIC")
    assert counts(cleo) == (0, 0)
    assert as_(cleo).get("/follow-requests").has("#follow-requests .row")


def test_new_posts_of_somebody_followed_may_be_silenced(as_: As, bob: Person, cleo: Person) -> None:
    page = as_(bob).post("/u/cleo/follow").follow()
    told = page.form("#following-menu form[action$='/posts']").send().follow()
    assert "Tell me" in told.text("#following-menu form[action$='/posts']")
    assert db.session.scalar(select(Follow.notify_new_posts).where(Follow.follower_id == bob.user_id)) is False


def test_oneself_and_strangers_to_the_site_are_not_followed(as_: As, bob: Person, guest: Person) -> None:
    assert as_(bob).post("/u/bob/follow").status == 422
    assert as_(bob).post("/u/nobody-here/follow").status == 404
    assert as_(guest).post("/u/bob/follow").status in (303, 401)


def test_two_hundred_a_day_are_enough(as_: As, bob: Person) -> None:
    db.session.execute(text("""
        WITH made AS (INSERT INTO users (email, username, status, created_at, updated_at)
          SELECT 'many' || n || '@example.org', 'many_' || n, 'ACTIVE', now(), now() FROM generate_series(1, 201) n
          RETURNING id, username),
        named AS (INSERT INTO profiles (user_id, display_name, created_at, updated_at)
          SELECT id, username, now(), now() FROM made RETURNING user_id),
        counted AS (INSERT INTO user_stats (user_id) SELECT id FROM made RETURNING user_id)
        INSERT INTO follows (follower_id, followee_id, status, created_at)
          SELECT :me, id, 'ACTIVE', now() FROM made WHERE username <> 'many_201'"""), {"me": bob.user_id})
    assert as_(bob).post("/u/many_201/follow").status == 429
    assert as_(bob).post("/u/many_200/follow").status == 303
    as_(bob).post("/u/many_1/follow/delete")
    assert as_(bob).post("/u/many_201/follow").status == 303


def test_follows_at_the_same_moment_are_counted_once(app: Flask, committed_db: object, bob: Person, cleo: Person) -> None:
    def follow(who: Person, whom: Person) -> Callable[[], str]:
        return lambda: services.follow(by_username(whom.username), by=of_user(who.user_id))  # type: ignore[arg-type]

    together(app, [follow(bob, cleo), follow(cleo, bob), follow(bob, cleo), follow(cleo, bob)])
    assert (counts(bob), counts(cleo)) == ((1, 1), (1, 1))


def test_a_follow_does_not_outlive_a_block_of_the_same_moment(
    app: Flask, committed_db: object, bob: Person, cleo: Person
) -> None:
    for _ in range(4):
        together(app, [
            lambda: services.follow(by_username("cleo"), by=of_user(bob.user_id)),  # type: ignore[arg-type]
            lambda: services.block(by_username("bob"), by=of_user(cleo.user_id)),  # type: ignore[arg-type]
        ])
        assert db.session.scalar(select(Block.id)) is not None
        assert db.session.scalar(select(Follow.id)) is None
        assert (counts(bob), counts(cleo)) == ((0, 0), (0, 0))
        db.session.execute(text("DELETE FROM blocks"))
        db.session.commit()
