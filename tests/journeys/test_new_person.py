"""The way of a new person through the place, by what stands on the pages: links and plain forms, no script."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.accounts.conftest import ZOE
from tests.cast import Person, PlaceFacts
from tests.content import page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]
Drain = Callable[[], object]


def click(page: Page, label: str, *, within: str = "body") -> Page:
    """Follow the link with this text or name."""
    links = [
        node for node in page.select(f"{within} a[href]")
        if label in (" ".join(node.text().split()), node.attributes.get("aria-label"))
    ]  # fmt: skip
    assert links, f"no link {label!r} on {page}"
    found = page.visitor.get(str(links[0].attributes["href"]).partition("#")[0])
    return found.follow() if found.location else found


def bell(page: Page) -> list[str]:
    return page.texts("#notif-badge .count")


def test_from_the_first_look_to_a_talk(
    as_: As,
    stranger: Visitor,
    link_for: Callable[[str], str],
    bob: Person,
    bikes: PlaceFacts,
    general: PlaceFacts,
    drain: Drain,
) -> None:
    published(bikes, bob, title="Which bell?", space=general)

    post = click(stranger.get("/"), "Which bell?")
    assert post.text("h1") == "Which bell?"
    assert click(post, "Log in to comment").text("h1") == "Log in"
    welcome = click(post, "Sign up").form("#signup-form").send(**ZOE).follow()
    assert ZOE["email"] in welcome.text("main")

    unproven = stranger.get(page_of_title(stranger, "Which bell?"))
    assert not unproven.has("#composer")

    confirm = stranger.get(link_for(ZOE["email"]))
    back = confirm.form("main form").send()
    assert back.location == post.response.request.path
    outside = back.follow()
    assert not outside.has(".notice-bar, #composer")

    inside = click(outside, "Join Bikes").form("main form[action$='/join']").send().follow()
    assert inside.status == 200
    assert "Bikes" in inside.texts("#switcher .truncate")

    again = click(stranger.get("/c/bikes/"), "Which bell?")
    commented = again.form("#composer").send(body="A _brass_ one.").follow()
    assert commented.texts(".comment .prose") == ["A brass one."]
    reactions = click(commented, "Add a reaction", within=".post__foot")
    liked = reactions.form("main form").send(emoji="like").follow()
    assert liked.one(".post__foot .chip[value=like]").attributes["aria-pressed"] == "true"

    drain()
    notices = click(as_(bob).get("/"), "Notifications", within=".sidebar")
    assert bell(notices) == ["1"]
    read = notices.form(".notice form").send().follow()
    assert bell(read) == []
    answered = click(read, "Reply", within=".comment").form("main .card form").send(body="How loud?").follow()
    assert answered.texts(".comment .prose") == ["A brass one.", "How loud?"]

    drain()
    home = stranger.get("/")
    assert bell(home) == ["1"]
    assert stranger.get("/notifications").texts(".notice__text") == ["Bob Tanaka replied to you in “Which bell?”"]

    composer = click(stranger.get("/c/bikes/"), "New post")
    kept = stranger.post("/c/bikes/drafts", **composer.form("#compose").fields | {"title": "My first ride"})
    drafts = click(kept.follow(), "Drafts")
    going_on = click(drafts, "My first ride").form("#compose")
    mine = going_on.send(content="It was **windy**.").follow()
    assert mine.text(".post--page .prose strong") == "windy"
    edited = click(mine, "Edit", within="#post-menu").form("#compose").send(title="My first long ride").follow()
    assert edited.text("h1") == "My first long ride"
    assert edited.text("h1") in as_(bob).get("/c/bikes/").texts(".card-post__title")
    gone = edited.form("#delete-post form").send().follow()
    assert edited.text("h1") not in as_(bob).get("/c/bikes/").texts(".card-post__title")
    assert gone.form("main form").send().follow().text("h1") == "My first long ride"

    stranger.get("/").form("#account form").send()
    assert stranger.get("/notifications").location.startswith("/login")
    logged_in = (
        stranger.get("/login?next=/notifications").form("#login-form").send(identifier="zoe", password=ZOE["password"])
    )
    assert logged_in.follow().texts(".notice__text") == ["Bob Tanaka replied to you in “Which bell?”"]


def test_one_leaves_and_is_out(as_: As, cleo: Person, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    assert as_(cleo).get(page_of(post)).has("#composer")
    as_(cleo).get("/c/bikes/leave").form("main form[action$='/leave']").send()
    page = as_(cleo).get(page_of(post))
    assert not page.has("#composer, .own-only.visible")
    assert page.has(f'.thread__closed a[href="{bikes.url}join"]')
    assert not as_(cleo).get("/").has(".card-post")
    as_(cleo).get("/c/bikes/join").form("main form[action$='/join']").send()
    assert as_(cleo).get(page_of(post)).has("#composer")


def page_of_title(visitor: Visitor, title: str) -> str:
    """The address of the post with this title, from the feed."""
    page = visitor.get("/c/bikes/")
    return next(str(node.attributes["href"]) for node in page.select(".card-post__title a") if node.text() == title)
