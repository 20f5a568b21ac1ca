"""Many reactions at the same moment, over real transactions: what is stored is exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.accounts import services as accounts
from community.communities import services as communities
from community.communities.models import Member
from community.communities.viewers import of_user
from community.core.errors import AppError, Invalid
from community.core.viewer import for_community
from community.extensions import db
from community.posts.models import Post
from community.reactions import services
from community.reactions.models import Reaction, ReactionCount
from tests.cast import Person, PlaceFacts
from tests.content import published, writer
from tests.together import together

pytestmark = pytest.mark.usefixtures("committed_db")


def toggles(post: Post, person: Person, emoji: str = "like") -> Callable[[], bool]:
    post_id, place_id = post.id, post.community_id

    def toggle() -> bool:
        subject = db.session.get_one(Post, post_id)
        return services.toggle_reaction("post", subject, emoji, by=writer(person, place_id))

    return toggle


def check_counters(post: Post) -> None:
    """What is stored is what a recount says."""
    db.session.expire_all()
    rows = db.session.scalars(select(Reaction).where(Reaction.target_id == post.id)).all()
    stored = db.session.execute(select(ReactionCount.emoji_code, ReactionCount.count).where(ReactionCount.count > 0))
    assert dict(stored.all()) == {row.emoji_code: sum(one.emoji_code == row.emoji_code for one in rows) for row in rows}
    likers = {row.member_id for row in rows if row.emoji_code == "like"}
    assert (post.reaction_count, post.like_count, post.top_score) == (len(rows), len(likers), len(likers))
    given = select(Member.id, Member.reaction_given_count, Member.like_received_count)
    for member_id, gave, got in db.session.execute(given):
        assert gave == sum(row.member_id == member_id for row in rows)
        assert got == (len(likers - {member_id}) if member_id == post.author_id else 0)


def test_fifty_taps_of_one_person_at_once_end_in_one_state(
    app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    post = published(bikes, bob)
    taps = together(app, [toggles(post, cleo)] * 50)
    assert sorted(taps) == [False] * 25 + [True] * 25
    assert db.session.scalar(select(func.count()).select_from(Reaction)) == 0
    check_counters(post)


def test_an_odd_number_of_taps_leaves_one_reaction(app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    post = published(bikes, bob)
    together(app, [toggles(post, cleo)] * 15)
    assert db.session.scalar(select(func.count()).select_from(Reaction)) == 1
    check_counters(post)


def test_fifty_people_at_once_count_fifty(app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    post = published(bikes, bob)
    people = [_newcomer(number, bikes) for number in range(50)]
    assert together(app, [toggles(post, person) for person in people]) == [True] * 50
    check_counters(post)
    assert db.session.get_one(Post, post.id).like_count == 50


def test_one_too_many_is_refused_also_when_all_come_at_once(
    app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    post = published(bikes, bob)
    answers = together(app, [toggles(post, cleo, emoji) for emoji in ("like", "love", "fire", "laugh", "cry", "angry")])
    assert sum(answer is True for answer in answers) == 3
    assert sum(isinstance(answer, Invalid) for answer in answers) == 3
    check_counters(post)


def test_people_who_like_each_other_do_not_wait_for_each_other_for_ever(
    app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    mine, yours = published(bikes, bob), published(bikes, cleo)
    for _ in range(5):
        answers = together(app, [toggles(mine, cleo), toggles(yours, bob)] * 6)
        assert not any(isinstance(answer, AppError) for answer in answers)
    assert db.session.get_one(Member, bob.member_id).reaction_given_count == 0


def _newcomer(number: int, place: PlaceFacts) -> Person:
    user = accounts.sign_up(
        display_name=f"P {number}",
        email=f"p{number}@example.org",
        username=f"person{number}",
        password="correct horse battery",
    )
    assert user is not None
    accounts.verify_email(accounts.issue_verification(user))
    communities.join(by=for_community(of_user(user.id), place.id))
    db.session.commit()
    return replace(Person(username=user.username), user_id=user.id, public_id=str(user.public_id))
