"""Two people on one page: what one does, the other sees."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.hand import Hand
from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
Hands = Callable[[Person], Hand]
AT_ONCE = 1.0  # seconds until others see it
HALF_A_MINUTE = 30_000  # ms; so often a page without a socket asks


class Outage:
    """A network between page and site that can be cut and mended."""

    def __init__(self, page: Page) -> None:
        self.is_cut = False
        self._open: list[WebSocketRoute] = []
        page.route_web_socket(re.compile(r"/ws\?"), self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            socket.close(code=1013)
            return
        socket.connect_to_server()
        self._open.append(socket)

    def cut(self) -> None:
        self.is_cut = True
        for socket in self._open:
            socket.close(code=1013)
        self._open.clear()

    def mend(self) -> None:
        self.is_cut = False


@pytest.fixture
def post(hand: Hands, bob: Person) -> str:
    """The address of a post by bob."""
    return hand(bob).publish("Which bell for a cargo bike?", "It has to be heard through a car window.")


def live(window: Window, path: str) -> Page:
    """Open a page and wait until it is live."""
    page = window.go(path)
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")
    return page


def composer(page: Page) -> Locator:
    return page.locator("#composer textarea")


def comment(page: Page, text: str) -> None:
    composer(page).fill(text)
    page.locator("#composer").get_by_role("button", name="Comment").click()
    expect(composer(page)).to_have_value("")


def comments(page: Page, text: str) -> Locator:
    return page.locator("article.comment").filter(has_text=text)


def test_a_comment_appears_at_once_and_once_everywhere(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    other, own, second = live(window(cleo), post), live(window(bob), post), live(window(bob), post)
    composer(own).fill("A brass one, struck twice.")
    begin = time.monotonic()
    own.keyboard.press("Control+Enter")
    expect(comments(other, "A brass one")).to_have_count(1)
    took = time.monotonic() - begin
    for page in (own, second, other):
        expect(comments(page, "A brass one")).to_have_count(1)
        expect(page.locator("[id^=comment-count]")).to_have_text("1")
    assert took < 5 * AT_ONCE
    expect(comments(own, "A brass one").get_by_role("link", name="Edit")).to_be_visible()
    expect(comments(second, "A brass one").get_by_role("link", name="Edit")).to_be_visible()
    expect(comments(other, "A brass one").get_by_role("link", name="Edit")).to_be_hidden()
    expect(other.locator("#say")).to_have_text("New comment")


def test_a_reaction_counts_for_all_and_marks_the_own(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    cleos, bobs, bobs_other = live(window(cleo), post), live(window(bob), post), live(window(bob), post)

    def like(page: Page) -> Locator:
        return page.locator(".post__foot .chip[value=like]")

    bobs.locator(".post__foot").get_by_role("link", name="Add a reaction").click()
    bobs.get_by_role("group", name="Choose a reaction").get_by_role("button", name="Like").click()
    for page, pressed in ((bobs, "true"), (bobs_other, "true"), (cleos, "false")):
        expect(like(page)).to_have_text(re.compile("1$"))
        expect(like(page)).to_have_attribute("aria-pressed", pressed)
    like(cleos).click()
    for page in (cleos, bobs, bobs_other):
        expect(like(page)).to_have_text(re.compile("2$"))
        expect(like(page)).to_have_attribute("aria-pressed", "true")


def test_a_reaction_can_be_given_by_keyboard(window: Windows, cleo: Person, post: str) -> None:
    page = live(window(cleo), post)
    opener = page.locator(".post__foot").get_by_role("link", name="Add a reaction")
    opener.press("Enter")
    picker = page.get_by_role("group", name="Choose a reaction")
    expect(picker.get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(opener).to_be_focused()
    opener.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".post__foot .chip[aria-pressed=true]")).to_have_count(1)


def test_what_somebody_writes_survives_what_comes_in(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    cleos, bobs = live(window(cleo), post), live(window(bob), post)
    comment(bobs, "First of all a question.")
    comments(cleos, "First of all").get_by_role("link", name="Reply").click()
    reply = cleos.locator(".reply-slot textarea")
    reply.fill("Half an answer")
    comment(bobs, "And a second one.")
    expect(comments(cleos, "And a second")).to_have_count(1)
    cleos.locator("article.comment").first.evaluate("comment => comment.dataset.before = ''")
    cleos.evaluate("document.dispatchEvent(new Event('live:resync'))")
    expect(cleos.locator("[data-before]")).to_have_count(0)
    expect(reply).to_have_value("Half an answer")
    expect(reply).to_be_focused()
    expect(comments(cleos, "And a second")).to_have_count(1)


def test_an_outage_leaves_nothing_missing_or_double(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    here = window(cleo)
    outage = Outage(here.page)
    cleos, bobs = live(here, post), live(window(bob), post)
    comment(bobs, "Before the tunnel.")
    expect(comments(cleos, "Before the tunnel")).to_have_count(1)
    here.page.route("**/live/poll?*", lambda route: route.abort())
    outage.cut()
    expect(cleos.locator("#live-status")).to_contain_text("Reconnecting")
    comment(bobs, "In the tunnel.")
    comment(bobs, "Still in it.")
    expect(comments(cleos, "tunnel")).to_have_count(1)
    outage.mend()
    expect(comments(cleos, "Still in it")).to_have_count(1, timeout=60_000)
    expect(cleos.locator("#live-status")).to_be_hidden()
    texts = cleos.locator("article.comment .prose").all_inner_texts()
    assert texts == ["Before the tunnel.", "In the tunnel.", "Still in it."]


def test_where_sockets_do_not_get_through_the_page_asks(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    here = window(cleo)
    here.page.clock.install()
    outage = Outage(here.page)
    outage.cut()
    cleos, bobs = here.go(post), live(window(bob), post)
    expect(cleos.locator("#live-dot")).to_have_attribute("data-state", "polling")
    comment(bobs, "Can you hear me?")
    cleos.clock.fast_forward(HALF_A_MINUTE)
    expect(comments(cleos, "Can you hear me")).to_have_count(1)
    expect(cleos.locator("#live-dot")).to_have_attribute("data-state", "polling")


def test_a_comment_below_the_screen_waits_behind_a_button(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    cleos, bobs = live(window(cleo), post), live(window(bob), post)
    for n in range(6):
        comment(bobs, f"Comment {n}\n\n" + "a line\n\n" * 8)
    expect(comments(cleos, "Comment 5")).to_have_count(1)
    cleos.evaluate("scrollTo(0, 0)")
    before = cleos.evaluate("scrollY")
    comment(bobs, "The one below.")
    button = cleos.locator("#new-replies")
    expect(button).to_be_visible()
    assert cleos.evaluate("scrollY") == before
    button.click()
    expect(cleos.locator("article.comment:focus")).to_have_count(1)


def test_new_posts_wait_in_a_pill(
    window: Windows, hand: Hands, bob: Person, cleo: Person, bikes: PlaceFacts, post: str
) -> None:
    cleos = live(window(cleo), bikes.url)
    expect(cleos.locator("article.card-post")).not_to_have_count(0)
    shown = cleos.locator("article.card-post").count()
    hand(bob).publish("Lights that last", "Which ones survived your winter?")
    pill = cleos.get_by_role("link", name="1 new post")
    expect(pill).to_be_visible()
    assert cleos.locator("article.card-post").count() == shown
    pill.click()
    expect(cleos.locator("article.card-post").filter(has_text="Lights that last")).to_have_count(1)


def test_a_reply_rings_the_bell(window: Windows, bob: Person, cleo: Person, post: str) -> None:
    cleos, bobs = live(window(cleo), post), live(window(bob), post)
    expect(bobs.locator("#notif-badge .count")).to_have_count(0)
    comment(cleos, "The loud kind.")
    expect(bobs.locator("#notif-badge .count")).to_have_text("1")
    expect(bobs.get_by_role("link", name="Notifications , 1 unread")).to_be_visible()
