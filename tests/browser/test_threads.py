"""Threads in the browser: answering, unfolding, editing and deleting, here and in the browser of somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import Hand, base
from tests.browser.site import Site, Window
from tests.cast import Person

Windows = Callable[..., Window]
Hands = Callable[[Person], Hand]


@pytest.fixture
def post(hand: Hands, bob: Person) -> str:
    return hand(bob).publish("A thread to read")


def live(window: Window, path: str) -> Page:
    page = window.go(path)
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")
    return page


def comments(page: Page, text: str) -> Locator:
    return page.locator("article.comment").filter(has=page.locator(".prose", has_text=text))


def texts(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("article.comment .prose").all_inner_texts()]


def test_a_reply_is_written_under_what_it_answers_by_keyboard_alone(
    window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    hand(bob).comment(post, "Which one?")
    here = window(cleo)
    mine, others = live(here, post), live(window(bob), post)
    comments(mine, "Which one").get_by_role("link", name="Reply").focus()
    mine.keyboard.press("Enter")
    field = mine.locator(".reply-slot textarea")
    expect(field).to_be_focused()
    mine.keyboard.type("The brass one.")
    mine.keyboard.press("Control+Enter")
    expect(comments(mine, "The brass one")).to_have_count(1)
    expect(mine.locator(".reply-slot form")).to_have_count(0)
    expect(comments(others, "The brass one")).to_have_count(1)
    for page in (mine, others):
        assert texts(page) == ["Which one?", "The brass one."]
        expect(page.locator("ol.comments ol.comments article")).to_have_count(1)
    assert mine.evaluate("document.activeElement !== document.body")
    expect(mine.locator("#say")).to_have_text("Comment posted")
    assert here.complaints == []


def test_a_reply_that_came_into_a_folded_branch_is_there_once_when_it_is_unfolded(
    site: Site, window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    root = hand(bob).comment(post, "Root")
    for number in range(6):
        hand(bob).comment(post, f"Reply {number}", answering=root)
    site.forget_messages()
    page = live(window(cleo), post)
    assert texts(page) == ["Root", "Reply 0", "Reply 1", "Reply 2"]
    hand(bob).comment(post, "Came live", answering=root)
    expect(comments(page, "Came live")).to_have_count(1)
    page.get_by_role("link", name="Show 3 more replies").click()
    expect(comments(page, "Reply 5")).to_have_count(1)
    assert texts(page) == ["Root", *(f"Reply {number}" for number in range(6)), "Came live"]


def test_replies_unfold_under_the_comments_they_answer(
    site: Site, window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    writer = hand(bob)
    root = writer.comment(post, "Root")
    first = writer.comment(post, "First", answering=root)
    for number in range(5):
        writer.comment(post, f"To first {number}", answering=first)
    site.forget_messages()
    page = window(cleo).go(post)
    expect(page.locator("article.comment")).to_have_count(4)
    page.locator(".more-replies").click()
    expect(page.locator(f"#replies-{first} article")).to_have_count(5)
    expect(page.locator(".more-replies")).to_have_count(0)
    assert texts(page) == ["Root", "First", *(f"To first {number}" for number in range(5))]


def test_an_edit_shows_in_its_place_for_everybody(
    window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    hand(cleo).comment(post, "As it was.")
    here = window(cleo)
    mine, others = live(here, post), live(window(bob), post)
    comments(mine, "As it was").get_by_role("link", name="Edit").click()
    field = mine.get_by_label("Edit comment")
    expect(field).to_be_focused()
    expect(field).to_have_value("As it was.")
    mine.get_by_role("link", name="Cancel").click()
    expect(comments(mine, "As it was")).to_have_count(1)
    comments(mine, "As it was").get_by_role("link", name="Edit").click()
    mine.get_by_label("Edit comment").fill("As it is now.")
    mine.get_by_role("button", name="Save").click()
    for page in (mine, others):
        expect(comments(page, "As it is now")).to_have_count(1)
        assert texts(page) == ["As it is now."]
    expect(comments(mine, "As it is now").get_by_role("link", name="Edit")).to_be_visible()
    assert here.complaints == []


def test_what_is_deleted_leaves_the_page_of_everybody_and_undo_brings_it_back(
    window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    root = hand(cleo).comment(post, "Root")
    hand(cleo).comment(post, "Leaf", answering=root)
    here = window(cleo)
    mine, others = live(here, post), live(window(bob), post)
    comments(mine, "Root").get_by_role("button", name="Delete").click()
    for page in (mine, others):
        expect(page.locator(".comment--gone")).to_have_text("Comment deleted by its author")
        assert texts(page) == ["Leaf"]
    comments(mine, "Leaf").get_by_role("button", name="Delete").click()
    for page in (mine, others):
        expect(page.locator("article.comment")).to_have_count(0)
        expect(page.locator("[id^=comment-count]")).to_have_text("0")
    mine.locator("ui-toast").last.get_by_role("button", name="Undo").click()
    for page in (mine, others):
        expect(comments(page, "Leaf")).to_have_count(1)
        expect(page.locator(".comment--gone")).to_have_count(1)
    assert here.complaints == []


def test_a_clash_of_two_edits_shows_both_texts(window: Windows, hand: Hands, cleo: Person, post: str) -> None:
    comment = hand(cleo).comment(post, "As it was.")
    page = live(window(cleo), post)
    comments(page, "As it was").get_by_role("link", name="Edit").click()
    page.get_by_label("Edit comment").fill("From this tab.")
    hand(cleo).post(f"{base(post)}/comments/{comment}/edit", body="From elsewhere.", version=1)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("As it is now")).to_have_value("From elsewhere.")
    expect(page.get_by_label("Edit comment")).to_have_value("From this tab.")
    page.get_by_role("button", name="Save").click()
    expect(comments(page, "From this tab")).to_have_count(1)


def test_a_comment_that_goes_while_it_is_answered_takes_no_words_with_it(
    window: Windows, hand: Hands, bob: Person, cleo: Person, post: str
) -> None:
    comment = hand(bob).comment(post, "Soon gone")
    page = window(cleo).go(post)
    comments(page, "Soon gone").get_by_role("link", name="Reply").click()
    field = page.locator(".reply-slot textarea")
    field.fill("Not in vain")
    hand(bob).post(f"{base(post)}/comments/{comment}/delete")
    page.locator(".reply-slot").get_by_role("button", name="Reply").click()
    expect(page.locator("ui-toast")).to_contain_text("not there any more")
    expect(field).to_have_value("Not in vain")
