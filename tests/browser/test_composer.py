"""Writing: preview, text that survives, autosave, two tabs."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
TEN_SECONDS = 10_000  # ms; so often a draft is saved


def autosaved(page: Page) -> None:
    """Ten seconds later."""
    page.clock.fast_forward(TEN_SECONDS)
    expect(page.locator("[data-autosave-status]")).to_have_text(re.compile("Saved"))


def text(page: Page) -> str:
    return page.locator("textarea[name=content]").input_value()


def test_the_preview_shows_what_will_be_seen(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    page = window(bob).go(bikes.url + "new")
    field = page.locator("textarea[name=content]")
    field.fill("Some **bold** words")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview").locator("strong")).to_have_text("bold")
    expect(field).to_be_hidden()
    page.get_by_role("button", name="Write").click()
    expect(field).to_be_focused()


def test_the_tools_write_markdown(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    page = window(bob).go(bikes.url + "new")
    field = page.locator("textarea[name=content]")
    field.fill("word")
    field.select_text()
    page.get_by_role("button", name="Bold").click()
    expect(field).to_have_value("**word**")


def test_a_draft_saves_itself_and_is_found_again(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    here = window(bob)
    here.page.clock.install()
    page = here.go(bikes.url + "new")
    page.get_by_label("Title").fill("Half a thought")
    page.locator("textarea[name=content]").fill("It begins somewhere.")
    autosaved(page)
    page.goto(page.url.replace("/new", "/me/drafts"))
    page.get_by_role("link", name="Half a thought").click()
    expect(page.locator("textarea[name=content]")).to_have_value("It begins somewhere.")


def test_two_tabs_of_one_draft_lose_nothing(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    here, there = window(bob), window(bob)
    for one in (here, there):
        one.page.clock.install()
    page = here.go(bikes.url + "new")
    page.get_by_label("Title").fill("Twice open")
    page.locator("textarea[name=content]").fill("As it was.")
    autosaved(page)
    draft = bikes.url + "new?draft=" + page.locator("input[name=draft]").input_value()
    first, second = here.go(draft), there.go(draft)
    second.locator("textarea[name=content]").fill("As the second tab has it.")
    autosaved(second)
    first.locator("textarea[name=content]").fill("As the first tab has it.")
    first.clock.fast_forward(TEN_SECONDS)
    expect(first.get_by_role("alert")).to_contain_text("changed in another place")
    expect(first.locator("#theirs-text")).to_have_value("As the second tab has it.")
    assert text(first) == "As the first tab has it."


def test_a_failing_server_takes_no_text(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    page = window(bob).go(bikes.url + "new")
    page.get_by_label("Title").fill("Into the storm")
    page.locator("textarea[name=content]").fill("Precious words.")
    page.route(f"**{bikes.url}new", lambda route: route.fulfill(status=503, body="down"))
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("ui-toast")).to_contain_text("still here")
    assert text(page) == "Precious words."
    expect(page.get_by_role("button", name="Publish")).to_be_enabled()


def test_what_is_wrong_is_said_beside_the_field_and_focused(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    here = window(bob)
    page = here.go(bikes.url + "new")
    page.get_by_label("Title").fill("Only a title")
    page.locator("textarea[name=content]").evaluate("field => field.required = false")
    page.get_by_role("button", name="Publish").click()
    field = page.locator("textarea[name=content]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Title")).to_have_value("Only a title")
    assert here.violations() == []


def test_an_unsent_comment_survives_a_reload(window: Windows, bob: Person, bikes: PlaceFacts) -> None:
    here = window(bob)
    page = here.go(bikes.url + "new")
    page.get_by_label("Title").fill("Anything new?")
    page.locator("textarea[name=content]").fill("Tell me.")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/p/\d+"))
    page.locator("#composer textarea").fill("I was about to say")
    page.reload()
    expect(page.locator("#composer textarea")).to_have_value("I was about to say")
    page.locator("#composer").get_by_role("button", name="Comment").click()
    expect(page.locator("article.comment").filter(has_text="I was about to say")).to_have_count(1)
    expect(page.locator("#composer textarea")).to_have_value("")
    page.reload()
    expect(page.locator("#composer textarea")).to_have_value("")
