"""Reading threads: orders, pages, branches, permalinks, questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from community.comments.models import Comment
from community.core.clock import now
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, commented, page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]


@pytest.fixture
def post(bikes: PlaceFacts, bob: Person) -> Post:
    return published(bikes, bob)


def texts(page: Page, css: str = ".comment") -> list[str]:
    return page.texts(f"{css} .prose")


def seed(post: Post, author: Person, amount: int, *, parent: Comment | None = None) -> list[Comment]:
    """Comments a minute apart, the last one now, without the services: fast, and at times of their own."""
    start = now() - dt.timedelta(minutes=amount)
    rows = [Comment(
        community_id=post.community_id, post_id=post.id, author_id=author.member_id, content=f"Text {number}",
        content_html=f"<p>Text {number}</p>", parent_id=parent.id if parent else None,
        depth=parent.depth + 1 if parent else 0, like_count=number % 7,
        created_at=start + dt.timedelta(minutes=number)) for number in range(amount)]  # fmt: skip
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        row.root_id, row.path = (parent.root_id if parent else row.id), [*(parent.path if parent else []), row.id]
    if parent is not None:
        parent.reply_count += amount
    post.comment_count += amount
    db.session.commit()
    return rows


@pytest.mark.parametrize("sort", ["oldest", "newest", "top"])
def test_fifty_roots_are_read_page_by_page_in_each_order(
    as_: As, post: Post, cleo: Person, guest: Person, sort: str
) -> None:
    rows = seed(post, cleo, 50)
    orders = {
        "oldest": [f"Text {number}" for number in range(50)], "newest": [f"Text {number}" for number in reversed(range(50))],
        "top": [row.content for row in sorted(rows, key=lambda row: (-row.like_count, -row.id))],
    }  # fmt: skip
    pages = [as_(guest).get(f"{page_of(post)}?sort={sort}")]
    while pages[-1].has(".pager a"):
        pages.append(as_(guest).get(str(pages[-1].one(".pager a").attributes["href"])))
    assert [len(texts(page)) for page in pages] == [20, 20, 10]
    assert [text for page in pages for text in texts(page)] == orders[sort]

    parts = [pages[0]]
    while parts[-1].has(".pager"):
        parts.append(as_(guest).htmx_get(str(parts[-1].one(".pager").attributes["hx-get"])))
    assert [text for part in parts for text in texts(part)] == orders[sort]


@pytest.mark.parametrize("sort", ["oldest", "newest"])
def test_comments_that_come_meanwhile_shift_nothing(as_: As, post: Post, cleo: Person, sort: str) -> None:
    seed(post, cleo, 45)
    page, seen = as_(cleo).get(f"{page_of(post)}?sort={sort}"), []
    while True:
        seen += texts(page)
        commented(post, cleo, "New one")
        if not page.has(".pager a"):
            break
        page = as_(cleo).get(str(page.one(".pager a").attributes["href"]))
    originals = [text for text in seen if text != "New one"]
    assert sorted(originals) == sorted(f"Text {number}" for number in range(45))


def test_only_the_end_of_a_thread_takes_new_comments(as_: As, post: Post, cleo: Person) -> None:
    seed(post, cleo, 21)
    first = as_(cleo).get(page_of(post))
    assert not first.has(f"#thread-{post.public_id}")
    answer = as_(cleo).htmx_post(below(post, "comments"), **first.form("#composer").fields | {"body": "New one"})
    comment = db.session.query(Comment).filter_by(content="New one").one()
    assert answer.location == f"{page_of(post)}?comment={comment.public_id}#c-{comment.public_id}"
    last = as_(cleo).get(str(first.one(".pager a").attributes["href"]))
    assert last.has(f"#thread-{post.public_id}")
    assert last.form("#composer").fields["at_end"] == "on"


@pytest.mark.parametrize("cursor", ["x", "eyJ.x", "%00", "a" * 2000])
def test_a_bad_cursor_is_said_to_be_one(as_: As, post: Post, cleo: Person, cursor: str) -> None:
    assert as_(cleo).get(f"{page_of(post)}?cursor={cursor}").status == 400
    assert as_(cleo).htmx_get(below(post, f"comments?cursor={cursor}")).status == 400


def test_a_cursor_of_another_thread_or_order_is_refused(as_: As, post: Post, cleo: Person, bikes: PlaceFacts) -> None:
    seed(post, cleo, 25)
    other = published(bikes, cleo)
    address = str(as_(cleo).get(page_of(post)).one(".pager a").attributes["href"])
    assert as_(cleo).get(address).status == 200
    assert as_(cleo).get(address.replace("sort=oldest", "sort=newest")).status == 400
    assert as_(cleo).get(address.replace(page_of(post), page_of(other))).status == 400


def test_three_replies_are_shown_and_the_rest_on_demand(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    root = commented(post, cleo, "Root")
    seed(post, cleo, 8, parent=root)
    page = as_(guest).get(page_of(post))
    assert texts(page) == ["Root", "Text 0", "Text 1", "Text 2"]
    more = page.one(".more-replies")
    assert more.text() == "Show 5 more replies"
    rest = as_(guest).htmx_get(str(more.attributes["hx-get"]))
    assert texts(rest) == [f"Text {number}" for number in range(3, 8)]
    assert not rest.has(".more-replies")
    assert texts(as_(guest).get(str(more.attributes["href"]))) == ["Root", *(f"Text {number}" for number in range(8))]


def test_a_long_branch_is_unfolded_in_steps(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    root = commented(post, cleo, "Root")
    seed(post, cleo, 120, parent=root)
    part, seen = as_(guest).get(page_of(post)), []
    seen += texts(part)[1:]
    while part.has(".more-replies"):
        part = as_(guest).htmx_get(str(part.one(".more-replies").attributes["hx-get"]))
        seen += texts(part)
    assert seen == [f"Text {number}" for number in range(120)]


def test_replies_to_what_is_on_the_page_already_go_under_it(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    root = commented(post, cleo, "Root")
    first = commented(post, cleo, "First", parent=root)
    for number in range(5):
        commented(post, cleo, f"To first {number}", parent=first)
    commented(post, cleo, "Second", parent=root)
    page = as_(guest).get(page_of(post))
    assert texts(page) == ["Root", "First", "To first 0", "To first 1"]
    rest = as_(guest).htmx_get(str(page.one(".more-replies").attributes["hx-get"]))
    under = rest.one("hx-partial[hx-swap=append]")
    assert under.attributes["hx-target"] == f"#replies-{first.public_id}"
    assert [node.text().strip() for node in under.css(".prose")] == ["To first 2", "To first 3", "To first 4"]
    assert texts(rest, "body > li") == ["Second"]


@pytest.mark.parametrize("place", [3, 60, 119])
def test_a_permalink_shows_its_comment_wherever_that_is(
    as_: As, post: Post, cleo: Person, guest: Person, place: int
) -> None:
    seed(post, cleo, 30)
    root = commented(post, cleo, "Root")
    replies = seed(post, cleo, 120, parent=root)
    deep = commented(post, cleo, "Deep", parent=commented(post, cleo, "Between", parent=replies[place]))
    page = as_(guest).get(f"{page_of(post)}?comment={deep.public_id}")
    branch = page.one(f"#c-{root.public_id}").parent
    assert branch is not None
    found = [node.text() for node in branch.css(".prose p")]
    assert found[0] == "Root"
    at = found.index(f"Text {place}")
    assert found[at : at + 3] == [f"Text {place}", "Between", "Deep"]
    assert len({node.attributes["id"] for node in page.select(".comment")}) == len(page.select(".comment"))
    assert branch.css(".more-replies") != []
    begins_late = place > 50
    assert [node.text() for node in branch.css("a.more-replies")] == (
        ["Show earlier replies"] * begins_late + ["Show more replies"] * (place < 119)
    )
    if begins_late:
        earlier = as_(guest).get(str(branch.css("a.more-replies")[0].attributes["href"]))
        assert "Text 0" in texts(earlier)


def test_a_permalink_with_a_wrong_id_leads_nowhere(as_: As, post: Post, guest: Person) -> None:
    assert as_(guest).get(f"{page_of(post)}?comment=nonsense").status == 404


def test_addresses_of_parts_lead_to_the_page_when_no_script_asks(as_: As, post: Post, cleo: Person) -> None:
    comment = commented(post, cleo)
    link = f"{page_of(post)}?comment={comment.public_id}#c-{comment.public_id}"
    for path, place in (("comments", f"{page_of(post)}#comments"), (f"comments/{comment.public_id}", link),
                        (f"comments/{comment.public_id}/replies", link)):  # fmt: skip
        answer = as_(cleo).get(below(post, path))
        assert (answer.status, answer.location) == (303, place)


def test_under_a_question_answers_and_comments_on_it_stand_apart(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    question = published(bikes, bob, kind="QUESTION")
    page = as_(cleo).get(page_of(question))
    assert page.text("#composer button[type=submit]:not(.noscript-only)") == "Answer"
    form = page.form("#composer")
    form.send(body="An answer.")
    as_(cleo).get(page_of(question)).form("#composer").send(body="A comment on it.", as_note="1")
    commented(question, bob, "A reply.", parent=db.session.query(Comment).filter_by(content="An answer.").one())
    page = as_(bob).get(page_of(question))
    assert texts(page, ".notes") == ["A comment on it."]
    assert texts(page, ".answers") == ["An answer.", "A reply."]
    assert page.text(".comment-count .num") == "3"


def test_an_accepted_answer_comes_first_in_every_order(as_: As, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    question = published(bikes, bob, kind="QUESTION")
    rows = seed(question, cleo, 30)
    for row in rows:
        row.is_answer = True
    question.accepted_comment_id = rows[12].id
    for sort in ("oldest", "newest", "top"):
        page = as_(bob).get(f"{page_of(question)}?sort={sort}")
        assert texts(page)[0] == "Text 12"
        assert texts(page).count("Text 12") == 1
        assert page.texts(".comment[data-accepted] .prose") == ["Text 12"]
        second = as_(bob).get(str(page.one(".pager a").attributes["href"]))
        assert "Text 12" not in texts(second)


def test_the_page_of_a_post_costs_the_same_with_many_comments_as_with_few(
    as_: As, post: Post, cleo: Person, statements: Callable
) -> None:
    visitor = as_(cleo)
    roots = seed(post, cleo, 2)
    seed(post, cleo, 5, parent=roots[0])
    costs = []
    for _ in range(2):
        visitor.get(page_of(post))
        with statements() as sent:
            assert visitor.get(page_of(post)).status == 200
        costs.append(len(sent))
        for root in seed(post, cleo, 30):
            seed(post, cleo, 5, parent=root)
    assert costs[0] == costs[1]
    assert costs[1] <= 15
