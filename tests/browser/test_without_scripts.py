"""The whole way with JavaScript off, in a real browser: forms, links and new pages only."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.hand import Hand
from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
Hands = Callable[[Person], Hand]


def test_the_whole_way_works_without_scripts(
    window: Windows, hand: Hands, guest: Person, bob: Person, cleo: Person, bikes: PlaceFacts
) -> None:
    for number in range(22):
        hand(bob).publish(f"Without scripts {number}")
    here = window(guest, java_script_enabled=False)
    page = here.go(bikes.url)

    page.get_by_role("link", name="Older").click()
    expect(page.locator(".card-post__title").first).to_contain_text("Without scripts 1")
    page.go_back()
    page.get_by_role("link", name="Without scripts 21").first.click()
    page.get_by_role("link", name="Log in to comment").click()
    page.locator("#login-form [name=identifier]").fill(cleo.username)
    page.locator("#login-form [name=password]").fill(cleo.password)
    page.locator("#login-form").get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("h1")).to_have_text("Without scripts 21")

    page.locator("#composer textarea").fill("A _first_ comment.")
    with page.context.expect_page() as opened:
        page.locator("#composer").get_by_role("button", name="Preview").click()
    preview = opened.value
    expect(preview.locator("article .prose em")).to_have_text("first")
    preview.close()
    page.locator("#composer").get_by_role("button", name="Comment").click()
    comment = page.locator("article.comment")
    expect(comment.locator(".prose")).to_have_text("A first comment.")
    comment.get_by_role("link", name="Reply").click()
    page.locator("main form.form textarea").fill("And an answer to it.")
    page.get_by_role("button", name="Reply").click()
    expect(page.locator("ol.comments ol.comments .prose")).to_have_text("And an answer to it.")
    comment.first.get_by_role("link", name="Edit").click()
    page.get_by_label("Edit comment").fill("A better comment.")
    page.get_by_role("button", name="Save").click()
    expect(comment.first.locator(".prose")).to_have_text("A better comment.")
    comment.first.get_by_role("button", name="Delete").click()
    expect(page.locator(".comment--gone")).to_have_text("Comment deleted by its author")

    page.locator(".post__foot").get_by_role("link", name="Add a reaction").click()
    page.get_by_role("button", name="Fire").click()
    chip = page.locator(".post__foot .chip[value=fire]")
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    expect(chip).to_have_count(0)

    page.goto(here.site.url + bikes.url)
    page.get_by_role("link", name="New post").first.click()
    page.get_by_label("Title").fill("By hand")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_label("Title")).to_have_value("By hand")
    page.get_by_label("Question").check()
    page.locator("textarea[name=content]").fill("Is it **possible**?")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".post__head .badge")).to_have_text("Question")
    expect(page.locator(".post > .prose strong")).to_have_text("possible")
    page.get_by_role("button", name="Post menu").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("By hand, edited")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_have_text("By hand, edited")
    mine = page.url

    theirs = hand(bob)
    theirs.comment(re.sub(r"^https?://[^/]+", "", mine), "It is.")
    page.goto(f"{here.site.url}/notifications")
    for _ in range(60):
        if page.locator(".notice", has_text="By hand").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.locator(".notice__open", has_text="By hand").first.click()
    expect(page.locator("article.comment .prose")).to_have_text("It is.")
    assert not here.is_too_wide()
