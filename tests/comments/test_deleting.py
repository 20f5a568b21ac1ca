"""Deleting comments: tombstones, undo, counters, and a random walk against a naive model."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from community.comments import services
from community.comments.models import Comment
from community.communities.models import Community, Member
from community.core.clock import now
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, commented, page_of, published, writer
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]


@pytest.fixture
def post(bikes: PlaceFacts, bob: Person) -> Post:
    return published(bikes, bob)


def at(comment: Comment, action: str = "delete") -> str:
    return below(db.session.get_one(Post, comment.post_id), f"comments/{comment.public_id}/{action}")


def shown(page: Page) -> list[str]:
    """The thread in order: texts, and what stands on tombstones."""
    return page.texts(".comment .prose, .comment--gone .comment__body")


def test_a_comment_without_replies_disappears_and_undo_brings_it_back(as_: As, post: Post, cleo: Person) -> None:
    commented(post, cleo, "Stays.")
    comment = commented(post, cleo, "Goes.")
    answer = as_(cleo).htmx_post(at(comment))
    assert answer.select("hx-partial")[0].attributes["hx-swap"] == "delete"
    assert answer.text("ui-toast p") == "Comment deleted"
    page = as_(cleo).get(page_of(post))
    assert (shown(page), page.text(".comment-count .num")) == (["Stays."], "1")
    undo = as_(cleo).htmx_post(answer.one("ui-toast form").attributes["hx-post"])
    assert undo.headers["HX-Redirect"].endswith(f"#c-{comment.public_id}")
    page = as_(cleo).get(page_of(post))
    assert (shown(page), page.text(".comment-count .num")) == (["Stays.", "Goes."], "2")


def test_a_comment_with_replies_becomes_a_tombstone_without_name_and_text(
    as_: As, post: Post, bob: Person, cleo: Person, guest: Person
) -> None:
    parent = commented(post, cleo, "Goes.")
    commented(post, bob, "Reply.", parent=parent)
    as_(cleo).post(at(parent))
    page = as_(guest).get(page_of(post))
    assert shown(page) == ["Comment deleted by its author", "Reply."]
    assert page.text(".comment-count .num") == "1"
    tomb = page.one(f"#c-{parent.public_id}")
    assert "Goes" not in tomb.html
    assert cleo.name not in tomb.html
    assert cleo.public_id not in tomb.html


def test_a_tombstone_says_when_a_moderator_deleted(as_: As, post: Post, mia: Person, bob: Person, cleo: Person) -> None:
    parent = commented(post, cleo, "Goes.")
    commented(post, bob, "Reply.", parent=parent)
    as_(mia).post(at(parent))
    assert shown(as_(cleo).get(page_of(post))) == ["Comment deleted by a moderator", "Reply."]
    assert as_(cleo).post(at(parent, "restore")).status == 403
    assert as_(mia).post(at(parent, "restore")).status == 303
    assert shown(as_(cleo).get(page_of(post))) == ["Goes.", "Reply."]


def test_a_tombstone_goes_with_its_last_reply_and_comes_back_with_it(as_: As, post: Post, cleo: Person) -> None:
    chain = [commented(post, cleo, "0")]
    for level in range(1, 4):
        chain.append(commented(post, cleo, str(level), parent=chain[-1]))
    for comment in chain[1:3]:
        as_(cleo).post(at(comment))
    gone = "Comment deleted by its author"
    assert shown(as_(cleo).get(page_of(post))) == ["0", gone, gone, "3"]
    answer = as_(cleo).htmx_post(at(chain[3]))
    assert answer.select("hx-partial")[0].attributes["hx-target"] == f"li:has(> #c-{chain[1].public_id})"
    page = as_(cleo).get(page_of(post))
    assert (shown(page), page.text(".comment-count .num")) == (["0"], "1")
    as_(cleo).post(at(chain[3], "restore"))
    assert shown(as_(cleo).get(page_of(post))) == ["0", gone, gone, "3"]


def test_deleting_twice_counts_once(as_: As, post: Post, cleo: Person) -> None:
    commented(post, cleo)
    comment = commented(post, cleo)
    assert [as_(cleo).htmx_post(at(comment)).status for _ in range(2)] == [200, 200]
    assert as_(cleo).get(page_of(post)).text(".comment-count .num") == "1"
    assert [as_(cleo).post(at(comment, "restore")).status for _ in range(2)] == [303, 403]
    assert as_(cleo).get(page_of(post)).text(".comment-count .num") == "2"


def test_others_delete_nothing(as_: As, post: Post, bob: Person, cleo: Person, eve: Person) -> None:
    comment = commented(post, cleo)
    assert as_(bob).post(at(comment)).status == 403
    assert as_(eve).post(at(comment)).status == 403
    assert as_(cleo).get(page_of(post)).text(".comment-count .num") == "1"


def test_nobody_answers_what_is_gone(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    comment = commented(post, cleo)
    assert as_(bob).get(at(comment, "reply")).status == 200
    as_(cleo).post(at(comment))
    assert as_(bob).get(at(comment, "reply")).status == 404
    assert as_(bob).post(below(post, "comments"), body="x", parent=str(comment.public_id)).status == 422
    assert as_(bob).post(below(post, "react"), target=str(comment.public_id), emoji="like").status == 404


def test_the_link_to_a_comment_that_is_gone_leads_to_the_post(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    commented(post, cleo, "Stays.")
    comment = commented(post, cleo, "Goes.")
    as_(cleo).post(at(comment))
    page = as_(guest).get(f"{page_of(post)}?comment={comment.public_id}")
    assert (page.status, shown(page)) == (200, ["Stays."])
    assert page.texts(".thread__closed")[0] == "The comment this link leads to is gone."


def test_the_last_activity_is_that_of_the_newest_comment(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    day = dt.timedelta(days=1)
    post.published_at = post.last_activity_at = now() - 3 * day
    old, new = commented(post, cleo), commented(post, bob)
    old.created_at, new.created_at = now() - 2 * day, now() - day
    post.last_activity_at = new.created_at
    times = old.created_at, new.created_at, post.published_at
    moves = [(bob, new, "delete", times[0]), (cleo, old, "delete", times[2]), (cleo, old, "restore", times[0]),
             (bob, new, "restore", times[1]), (cleo, old, "delete", times[1]), (cleo, old, "restore", times[1])]  # fmt: skip
    for person, comment, action, expected in moves:
        as_(person).post(at(comment, action))
        assert db.session.get_one(Post, post.id).last_activity_at == expected, action


def test_an_accepted_answer_that_is_deleted_is_accepted_no_more(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person
) -> None:
    question = published(bikes, bob, kind="QUESTION")
    answer = commented(question, cleo)
    question.accepted_comment_id, question.answered_at = answer.id, now()
    assert as_(bob).get(page_of(question)).has(".comment[data-accepted]")
    as_(cleo).post(at(answer))
    page = as_(bob).get(page_of(question))
    assert not page.has(".comment, .post__head .accepted")
    assert question.title in as_(bob).get("/c/bikes/?sort=unanswered").texts(".card-post__title")


@dataclass
class Node:
    """A comment as somebody without a database would keep it."""

    text: str
    author: str
    parent: Node | None
    row: Comment
    deleted_by: str | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def is_present(self) -> bool:
        return self.deleted_by is None or any(child.is_present for child in self.children)

    @property
    def depth(self) -> int:
        return self.parent.depth + 1 if self.parent else 0


class Model:
    """The naive thread."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def add(self, text: str, author: str, answered: Node | None, row: Comment) -> None:
        parent = answered.parent if answered is not None and answered.depth == 6 else answered
        node = Node(text, author, parent, row)
        self.nodes.append(node)
        if parent is not None:
            parent.children.append(node)

    def shown(self) -> list[str]:
        return [line for root in self.nodes if root.parent is None for line in self._lines(root)]

    def _lines(self, node: Node) -> list[str]:
        if not node.is_present:
            return []
        who = "its author" if node.deleted_by == node.author else "a moderator"
        line = f"{node.depth} {f'Comment deleted by {who}' if node.deleted_by else node.text}"
        return [line, *(below for child in node.children for below in self._lines(child))]


@pytest.mark.parametrize("seed", range(8))
def test_a_random_thread_is_what_a_naive_model_says(
    as_: As, post: Post, mia: Person, bob: Person, cleo: Person, guest: Person, bikes: PlaceFacts, seed: int
) -> None:
    chance, model = random.Random(seed), Model()
    people = {"mia": mia, "bob": bob, "cleo": cleo}
    for step in range(60):
        _step(chance, model, post, people, bikes, step)
    assert _thread(as_(guest), post) == model.shown()
    alive = [node for node in model.nodes if node.deleted_by is None]
    db.session.refresh(post)
    assert post.comment_count == len(alive) == db.session.get_one(Community, bikes.id).comment_count
    for name, person in people.items():
        own = db.session.get_one(Member, person.member_id)
        assert own.comment_count == sum(node.author == name for node in alive)
    for node in model.nodes:
        assert node.row.reply_count == sum(child.is_present for child in node.children)
    assert post.last_activity_at == max([post.published_at, *(node.row.created_at for node in alive)])


def _step(
    chance: random.Random, model: Model, post: Post, people: dict[str, Person], bikes: PlaceFacts, step: int
) -> None:
    present = [node for node in model.nodes if node.is_present]
    alive = [node for node in model.nodes if node.deleted_by is None]
    dead = [node for node in model.nodes if node.deleted_by is not None]
    what = chance.choices(("add", "edit", "delete", "restore"), (50, 10, 25, 15))[0]
    name = chance.choice(list(people))
    if what == "edit" and alive:
        node = chance.choice(alive)
        node.text = f"Edited {step}"
        services.edit_comment(
            node.row, node.text, post, version=node.row.version, by=writer(people[node.author], bikes.id)
        )
    elif what == "delete" and alive:
        node = chance.choice(alive)
        node.deleted_by = chance.choice((node.author, "mia"))
        services.delete_comment(node.row, post, by=writer(people[node.deleted_by], bikes.id))
    elif what == "restore" and dead:
        node = chance.choice(dead)
        services.restore_comment(node.row, post, by=writer(people[node.deleted_by or ""], bikes.id))
        node.deleted_by = None
    else:
        answered = chance.choice([None, *present, *present])
        row = commented(post, people[name], f"Text {step}", parent=answered.row if answered else None)
        model.add(f"Text {step}", name, answered, row)
    db.session.commit()


def _thread(visitor: Visitor, post: Post) -> list[str]:
    """Every page of the thread with every branch unfolded, as depth and text."""
    lines: list[str] = []
    page = visitor.get(page_of(post))
    while True:
        roots = page.select(".thread__lists > ol > li:not(.pager) > article")
        for root in roots:
            whole = visitor.get(f"{page_of(post)}?comment={str(root.attributes['id']).removeprefix('c-')}")
            lines += _lines(whole, str(root.attributes["id"]))
        older = page.select(".pager a")
        if not older:
            return lines
        page = visitor.get(str(older[0].attributes["href"]))


def _lines(page: Page, root_id: str) -> list[str]:
    branch = page.one(f"#{root_id}").parent
    assert branch is not None
    found = []
    for article in branch.css("article"):
        depth, node = -1, article.parent
        while node is not None and node.attributes.get("id") != "comments":
            depth, node = depth + (node.tag == "ol"), node.parent
        text = (article.css_first(".prose") or article.css_first(".comment__body")).text()
        found.append(f"{depth} {' '.join(text.split())}")
    return found
