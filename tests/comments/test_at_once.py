"""Several people commenting, answering and deleting at the same moment, over real transactions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.comments import policies, queries, services
from community.comments.models import Comment
from community.communities.models import Community, Member
from community.core.errors import Invalid
from community.core.outbox.models import OutboxEvent
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import commented, published, writer
from tests.together import together

pytestmark = pytest.mark.usefixtures("committed_db")


def adds(post: Post, person: Person, *, answered: int | None = None, token: str = "") -> Callable[[], int]:
    """A job: this person comments on the post, or answers a comment of it."""
    post_id, place_id = post.id, post.community_id

    def add() -> int:
        parent = db.session.get_one(Comment, answered) if answered else None
        reply = services.Reply("Text", parent, client_token=token)
        return services.add_comment(db.session.get_one(Post, post_id), reply, by=writer(person, place_id)).id

    return add


def deletes(post: Post, person: Person, comment_id: int) -> Callable[[], None]:
    post_id, place_id = post.id, post.community_id

    def delete() -> None:
        comment = db.session.get_one(Comment, comment_id)
        services.delete_comment(comment, db.session.get_one(Post, post_id), by=writer(person, place_id))

    return delete


def check_counters(post: Post) -> None:
    """What is stored is what a recount says."""
    db.session.expire_all()
    rows = db.session.scalars(select(Comment).where(Comment.post_id == post.id)).all()
    alive = [row for row in rows if row.is_shown]
    assert post.comment_count == len(alive)
    assert db.session.get_one(Community, post.community_id).comment_count == len(alive)
    for member in db.session.scalars(select(Member)):
        assert member.comment_count == sum(row.author_id == member.id for row in alive)
    for row in rows:
        children = [child for child in rows if child.parent_id == row.id and policies.is_present(child)]
        assert row.reply_count == len(children)
        if policies.is_present(row) and row.parent_id is not None:
            assert policies.is_present(queries.peek(row.parent_id)), "a comment without a place in the thread"


def test_one_form_sent_many_times_at_once_makes_one_comment(
    app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    post = published(bikes, bob)
    found = together(app, [adds(post, cleo, token="the-same")] * 8)
    assert len(set(found)) == 1
    check_counters(post)
    events = select(func.count()).select_from(OutboxEvent).where(OutboxEvent.name == "comment.created")
    assert db.session.scalar(events) == 1


def test_comments_that_come_at_once_are_all_counted(
    app: Flask, bikes: PlaceFacts, ada: Person, bob: Person, cleo: Person
) -> None:
    post = published(bikes, bob)
    root = commented(post, bob)
    jobs = [adds(post, person, answered=answered) for person in (ada, bob, cleo) for answered in (None, root.id) * 4]
    assert all(isinstance(found, int) for found in together(app, jobs))
    check_counters(post)
    assert post.comment_count == 25
    assert db.session.get_one(Post, post.id).last_activity_at == queries.newest(post.id)


@pytest.mark.parametrize("turn", range(6))
def test_whoever_answers_what_is_being_deleted_is_refused_or_answers_a_tombstone(
    app: Flask, bikes: PlaceFacts, bob: Person, cleo: Person, mia: Person, turn: int
) -> None:
    post = published(bikes, bob)
    root = commented(post, cleo)
    middle = commented(post, cleo, parent=root)
    leaf = commented(post, cleo, parent=middle)
    together(app, [deletes(post, cleo, root.id)])
    together(app, [deletes(post, cleo, middle.id)])
    jobs = [deletes(post, mia, leaf.id), adds(post, bob, answered=(leaf, middle, root)[turn % 3].id)]
    _, answer = together(app, jobs if turn % 2 else jobs[::-1])[:: 1 if turn % 2 else -1]
    check_counters(post)
    if isinstance(answer, int):
        assert policies.is_present(db.session.get_one(Comment, answer))
    else:
        assert isinstance(answer, Invalid)
        assert post.comment_count == 0


def test_everything_at_once_leaves_a_thread_that_adds_up(
    app: Flask, bikes: PlaceFacts, ada: Person, bob: Person, cleo: Person, mia: Person
) -> None:
    post = published(bikes, bob)
    chain = [commented(post, cleo)]
    for _ in range(4):
        chain.append(commented(post, cleo, parent=chain[-1]))
    ids = [comment.id for comment in chain]
    jobs = [deletes(post, mia, number) for number in ids] + [deletes(post, cleo, number) for number in ids]
    jobs += [adds(post, person, answered=number) for person in (ada, bob) for number in ids]
    together(app, jobs)
    check_counters(post)
