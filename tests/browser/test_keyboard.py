"""The main things without a mouse: every control is reached, named, and seen to have the focus."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.hand import Hand
from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
Hands = Callable[[Person], Hand]

FOCUSED = """() => {
  const it = document.activeElement;
  const has_ring = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
  const shown = [it, it.closest(".composer, .search, .input-group")].filter((one) => one).map((one) => getComputedStyle(one));
  return {name: it.getAttribute("aria-label") ?? it.textContent.trim(), tag: it.tagName.toLowerCase(), ring: shown.some(has_ring)};
}"""


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        assert found["ring"], f"the focus on {found['tag']} {found['name']!r} is not seen"
        if found["name"] == name:
            return
    raise AssertionError(f"{name!r} was not reached")


def test_writing_a_post_and_reacting_to_it(
    window: Windows, hand: Hands, bob: Person, cleo: Person, bikes: PlaceFacts
) -> None:
    hand(cleo).publish("To be read by keyboard")
    here = window(bob)
    page = here.go(bikes.url)
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    expect(page.locator("article.card-post:focus h2")).to_have_text("To be read by keyboard")
    tab_to(page, "To be read by keyboard")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/p/\d+"))
    here.ready()
    tab_to(page, "Add a reaction")
    page.keyboard.press("Enter")
    picker = page.locator("#picker")
    expect(picker).to_be_visible()
    assert page.evaluate(FOCUSED)["name"] in ("Like", "👍")
    page.keyboard.press("Enter")
    chip = page.locator(".post__foot .chip[value=like]")
    expect(chip).to_have_attribute("aria-pressed", "true")
    expect(picker).to_be_hidden()

    page.locator(".post__foot .chip[value=like]").focus()
    page.keyboard.press("Space")
    expect(chip).to_have_count(0)
    page.wait_for_function("document.activeElement !== document.body")

    page.locator("#composer textarea").focus()
    page.keyboard.type("Written without a mouse.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article.comment .prose")).to_have_text("Written without a mouse.")
    expect(page.locator("#composer textarea")).to_have_value("")
    assert page.evaluate("document.activeElement !== document.body")


def test_the_composer_is_filled_in_by_keyboard(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    here = window(bob)
    page = here.go(bikes.url)
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/new$"))
    here.ready()
    title = page.get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.type("Typed")
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "content":
            break
    page.keyboard.type("All of it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Typed")


def test_the_post_menu_and_its_question_are_closed_with_escape(window: Windows, hand: Hands, bob: Person) -> None:
    page = window(bob).go(hand(bob).publish("To be kept"))
    menu = page.get_by_role("button", name="Post menu")
    menu.focus()
    page.keyboard.press("Enter")
    delete = page.locator("#post-menu").get_by_role("button", name="Delete")
    expect(delete).to_be_visible()
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    delete.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete this post?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("h1")).to_have_text("To be kept")
