"""Commenting, replying, editing and deleting, as people see it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest

from community.comments.models import Comment, CommentRevision
from community.core.clock import now
from community.extensions import db
from community.notifications.models import Notification
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, commented, page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]


@pytest.fixture
def post(bikes: PlaceFacts, bob: Person) -> Post:
    return published(bikes, bob)


def write(visitor: Visitor, post: Post, body: str, **fields: object) -> Page:
    """Fill in the form under the post."""
    return visitor.get(page_of(post)).form("#composer").send(body=body, **fields)


def bodies(page: Page, css: str = ".comments") -> list[str]:
    return page.texts(f"{css} .comment .prose")


def test_a_comment_appears_under_the_post_for_everybody(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    assert as_(guest).get(page_of(post)).text(".thread__empty") == "No comments yet. Be the first."
    answer = write(as_(cleo), post, "I _like_ it.")
    assert answer.status == 303
    comment = db.session.query(Comment).one()
    assert answer.location == f"{page_of(post)}?comment={comment.public_id}#c-{comment.public_id}"
    for person in (cleo, guest):
        page = as_(person).get(page_of(post))
        assert bodies(page) == ["I like it."]
        assert page.text(f"#c-{comment.public_id} .comment__meta a:first-child") == cleo.name
        assert page.text(".comment-count .num") == "1"
        assert not page.has(".thread__empty")
    assert as_(guest).get("/c/bikes/").text(".card-post .meta-link") == "1 comment"


def test_htmx_gets_the_comment_its_counter_and_an_empty_form(as_: As, post: Post, cleo: Person) -> None:
    visitor = as_(cleo)
    form = visitor.get(page_of(post)).form("#composer")
    answer = visitor.htmx_post(form.action, **form.fields | {"body": "Hello."})
    partials = {str(node.attributes["hx-target"]): node for node in answer.select("hx-partial")}
    assert set(partials) == {f"#thread-{post.public_id}", f"#comment-count-{post.public_id}", "#composer", "#say"}
    assert [node.text() for node in answer.select(".comment .prose p")] == ["Hello."]
    fresh = answer.form("#composer").fields
    assert fresh["body"] == ""
    assert fresh["client_token"] not in ("", form.fields["client_token"])
    assert partials["#say"].text() == "Comment posted"


def test_the_pushed_comment_is_the_one_of_the_page(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    visitor = as_(cleo)
    form = visitor.get(page_of(post)).form("#composer")
    answer = visitor.htmx_post(form.action, **form.fields | {"body": "Hello."})
    comment = db.session.query(Comment).one()
    css = f"#c-{comment.public_id}"
    assert answer.one(css).html == as_(guest).get(page_of(post)).one(css).html


@pytest.mark.parametrize(("body", "message"), [
    ("", "Please fill this in."), ("  \n ", "Please fill this in."),
    ("a" * 10_001, "Please use at most 10000 characters."),
    ("zero\x00byte", "This text has control characters in it. Please remove them."),
])  # fmt: skip
def test_a_bad_comment_is_refused_and_stays_in_the_form(
    as_: As, post: Post, cleo: Person, body: str, message: str
) -> None:
    page = write(as_(cleo), post, body)
    assert page.status == 422
    assert page.text("#composer-text-error") == message
    assert page.one("#composer textarea").text().strip("\n") == body.replace("\x00", "�").strip("\n")
    assert db.session.query(Comment).count() == 0


def test_ten_thousand_characters_are_taken(as_: As, post: Post, cleo: Person) -> None:
    assert write(as_(cleo), post, "ä" * 10_000).status == 303


def test_a_reply_stands_under_its_parent(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    parent = commented(post, cleo, "Parent.")
    commented(post, cleo, "Another root.")
    form = as_(bob).get(below(post, f"comments/{parent.public_id}/reply"))
    assert form.text("main .card .muted") == cleo.name
    answer = form.form(f"#composer-{parent.public_id}").send(body="Reply.")
    page = answer.follow()
    assert bodies(page) == ["Parent.", "Reply.", "Another root."]
    assert bodies(page, f"#replies-{parent.public_id}") == ["Reply."]


def test_below_the_sixth_level_replies_stand_side_by_side_and_name_whom_they_answer(
    as_: As, post: Post, bob: Person, cleo: Person
) -> None:
    chain = [commented(post, cleo, "0")]
    for level in range(1, 7):
        chain.append(commented(post, cleo, str(level), parent=chain[-1]))
    deepest = chain[-1]
    answer = as_(bob).htmx_post(below(post, "comments"), body="7", parent=str(deepest.public_id))
    assert answer.select("hx-partial")[0].attributes["hx-target"] == f"#replies-{chain[5].public_id}"
    page = as_(bob).get(f"{page_of(post)}?comment={deepest.public_id}")
    assert bodies(page) == [str(level) for level in range(8)]
    assert bodies(page, f"#replies-{chain[5].public_id}") == ["6", "7"]
    last = page.select(".comment")[-1]
    assert f"replying to {cleo.name}" in " ".join(last.text().split())
    commented(post, bob, "8", parent=db.session.query(Comment).filter_by(content="7").one())
    depths = db.session.query(Comment.depth).order_by(Comment.path).all()
    assert [row.depth for row in depths] == [0, 1, 2, 3, 4, 5, 6, 6, 6]


def test_a_reply_to_a_comment_of_another_post_is_refused(
    as_: As, post: Post, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    elsewhere = commented(published(bikes, bob), cleo)
    here = commented(post, cleo)
    assert as_(cleo).post(below(post, "comments"), body="x", parent=str(here.public_id)).status == 303
    for parent in (elsewhere.public_id, post.public_id, "no-uuid"):
        refused = as_(cleo).post(below(post, "comments"), body="x", parent=str(parent))
        assert (refused.status, refused.text(".auth__lead")) == (422, "The comment you answer is not there any more.")
    assert db.session.query(Comment).count() == 3


def test_a_form_sent_twice_makes_one_comment_one_event_and_one_notification(
    as_: As, post: Post, bob: Person, cleo: Person, drain: Callable[[], Counter]
) -> None:
    form = as_(cleo).get(page_of(post)).form("#composer")
    first, second = form.send(body="Once."), form.send(body="Once.")
    assert first.location == second.location
    drain()
    assert db.session.query(Comment).count() == 1
    assert as_(bob).get(page_of(post)).text(".comment-count .num") == "1"
    assert db.session.query(Notification).filter_by(user_id=bob.user_id).count() == 1


def test_a_form_cannot_be_sent_again_under_another_post(
    as_: As, post: Post, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    form = as_(cleo).get(page_of(post)).form("#composer")
    form.send(body="Once.")
    other = published(bikes, bob)
    assert as_(cleo).post(below(other, "comments"), **form.fields | {"body": "Once."}).status == 409
    assert db.session.query(Comment).count() == 1


@pytest.mark.parametrize(("change", "reason"), [
    ({"comments_locked_reason": "Too heated."}, "Too heated."),
    ({"allow_comments": False}, "Comments are closed here."),
    ({"status": "ARCHIVED"}, "This post is archived."),
])  # fmt: skip
def test_closed_comments_say_why_and_take_nothing(
    as_: As, post: Post, bob: Person, cleo: Person, change: dict, reason: str
) -> None:
    comment = commented(post, cleo)
    form = as_(bob).get(page_of(post)).form("#composer")
    for name, value in change.items():
        setattr(post, name, value)
    refused = form.send(body="Too late")
    assert (refused.status, refused.text(".auth__lead")) == (409, reason)
    toast = as_(bob).htmx_post(form.action, **form.fields | {"body": "Too late"})
    assert (toast.status, toast.text(".toast p")) == (409, reason)
    assert toast.headers["HX-Reswap"] == "none"
    page = as_(bob).get(page_of(post))
    assert not page.has("#composer")
    assert reason in page.text("#comments")
    assert as_(bob).post(below(post, "comments"), body="x", parent=str(comment.public_id)).status == 409
    assert db.session.query(Comment).count() == 1


def test_an_edit_keeps_the_older_text_and_says_so(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    comment = commented(post, cleo, "Before.")
    comment.created_at = now() - dt.timedelta(minutes=3)
    path = below(post, f"comments/{comment.public_id}/edit")
    form = as_(cleo).get(path).form(f"#editor-{comment.public_id}")
    assert form.fields["body"] == "Before."
    page = form.send(body="After.").follow()
    assert bodies(page) == ["After."]
    assert "edited" in as_(guest).get(page_of(post)).texts(".comment__meta span")
    revisions = db.session.query(CommentRevision).order_by(CommentRevision.version)
    assert [(revision.version, revision.content) for revision in revisions] == [(1, "Before."), (2, "After.")]


def test_a_correction_before_anybody_replied_leaves_no_trace(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    comment = commented(post, cleo, "Tpyo.")
    path = below(post, f"comments/{comment.public_id}/edit")
    page = as_(cleo).post(path, body="Typo.", version=1).follow()
    assert bodies(page) == ["Typo."]
    assert "edited" not in page.texts(".comment__meta span")
    assert db.session.query(CommentRevision).count() == 0
    commented(post, bob, parent=comment)
    assert "edited" in as_(cleo).post(path, body="Other.").follow().texts(".comment__meta span")


def test_two_tabs_that_edit_a_comment_lose_no_words(as_: As, post: Post, cleo: Person) -> None:
    comment = commented(post, cleo, "Before.")
    path = below(post, f"comments/{comment.public_id}/edit")
    left, right = (as_(cleo).get(path).form(f"#editor-{comment.public_id}") for _ in range(2))
    left.send(body="Left.")
    clash = right.send(body="Right.")
    assert clash.status == 409
    assert clash.one(f"#theirs-{comment.public_id}").text() == "Left."
    form = clash.form(f"#editor-{comment.public_id}")
    assert form.fields["body"] == "Right."
    assert bodies(as_(cleo).get(page_of(post))) == ["Left."]
    assert bodies(form.send().follow()) == ["Right."]


@pytest.mark.parametrize("body", ["", "a" * 10_001])
def test_a_bad_edit_stays_in_the_form(as_: As, post: Post, cleo: Person, body: str) -> None:
    comment = commented(post, cleo, "Before.")
    page = as_(cleo).post(below(post, f"comments/{comment.public_id}/edit"), body=body, version=1)
    assert page.status == 422
    assert page.form(f"#editor-{comment.public_id}").fields["body"] == body
    assert page.has(".field__error")
    assert bodies(as_(cleo).get(page_of(post))) == ["Before."]


def test_only_the_author_edits_a_comment(as_: As, post: Post, mia: Person, bob: Person, cleo: Person) -> None:
    comment = commented(post, cleo, "Before.")
    path = below(post, f"comments/{comment.public_id}/edit")
    for person in (mia, bob):
        assert as_(person).get(path).status == 403
        assert as_(person).post(path, body="Mine.").status == 403
    assert as_(cleo).get(path).status == 200


def test_more_than_ten_comments_a_minute_are_too_many(as_: As, post: Post, cleo: Person) -> None:
    visitor = as_(cleo)
    answers = [visitor.post(below(post, "comments"), body=f"Number {number}") for number in range(11)]
    assert [answer.status for answer in answers] == [303] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert db.session.query(Comment).count() == 10
