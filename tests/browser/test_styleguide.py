"""Every component, in both schemes, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
BOTH_SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


def test_every_component_is_accessible_and_fits(window: Windows, bob: Person) -> None:
    here = window(bob)
    assert here.flaws(["/styleguide"]) == {}
    expect(here.page.locator("h1")).to_have_text("Style guide")


@BOTH_SCHEMES
def test_text_is_readable_in_every_community_colour(window: Windows, bob: Person, scheme: str) -> None:
    here = window(bob, scheme=scheme)
    page = here.go("/styleguide")
    for hue in range(0, 360, 60):
        page.evaluate("hue => document.documentElement.style.setProperty('--hue', hue)", hue)
        assert (hue, here.violations("color-contrast")) == (hue, [])


def test_a_weak_colour_would_be_found(window: Windows, bob: Person) -> None:
    here = window(bob)
    page = here.go("/styleguide")
    page.evaluate("document.documentElement.style.setProperty('--text-3', '#b5b5b5')")
    assert any(found.startswith("color-contrast") for found in here.violations("color-contrast"))


def test_without_scripts_writing_and_menus_still_work(window: Windows, bob: Person) -> None:
    page = window(bob, java_script_enabled=False).go("/styleguide")
    composer = page.locator("md-composer").first
    expect(composer.locator("textarea")).to_be_visible()
    expect(composer.get_by_role("button", name="Preview")).to_be_visible()
    expect(composer.get_by_role("button", name="Bold")).to_be_hidden()
    page.get_by_role("button", name="Post menu").first.click()
    expect(page.get_by_text("Follow thread")).to_be_visible()
    page.locator("#settings").get_by_role("button", name="Leave").click()
    expect(page.get_by_role("dialog", name="Leave Fieldnotes?")).to_be_visible()


def test_own_controls_show_on_what_the_viewer_wrote_and_nowhere_else(window: Windows, bob: Person) -> None:
    page = window(bob).go("/styleguide")
    edits = page.locator(".comment").get_by_role("button", name="Edit")
    expect(edits).to_have_count(1)
    assert page.locator(".comment .own-only").count() > 1
    own = page.locator(f'.comment[data-author-id="{bob.public_id}"]')
    expect(own.get_by_role("button", name="Edit")).to_be_visible()


def test_a_visitor_sees_no_own_controls(window: Windows, guest: Person) -> None:
    page = window(guest).go("/styleguide")
    expect(page.locator(".comment").get_by_role("button", name="Edit")).to_have_count(0)
    assert page.locator(".comment .own-only").count() > 1


def test_shortcuts_are_listed_and_can_be_switched_off(window: Windows, bob: Person) -> None:
    page = window(bob).go("/styleguide")
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("?")
    expect(search).to_have_value("?")
    page.keyboard.press("Escape")
    search.evaluate("element => element.blur()")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_role("switch").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def test_j_and_k_walk_through_the_posts(window: Windows, bob: Person) -> None:
    page = window(bob).go("/styleguide")
    posts = page.locator("article")
    page.keyboard.press("j")
    expect(posts.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(posts.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(posts.nth(0)).to_be_focused()


def test_the_drawer_of_a_phone_opens_with_the_spaces(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    page = window(bob, width=390).go(bikes.url)
    sidebar = page.locator("#sidebar")
    expect(sidebar).to_be_hidden()
    page.get_by_role("navigation", name="Main").get_by_role("button", name="Spaces").click()
    expect(sidebar.get_by_role("link", name="Workshop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sidebar).to_be_hidden()


def test_a_toast_goes_when_it_is_dismissed(window: Windows, bob: Person) -> None:
    page = window(bob).go("/styleguide")
    toasts = page.locator("ui-toast").filter(has_text="That did not work")
    expect(toasts).to_have_count(1)
    toasts.get_by_role("button", name="Dismiss").click()
    expect(toasts).to_have_count(0)
