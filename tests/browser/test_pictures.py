"""Sending a picture by hand, and seeing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, expect

from tests.browser.hand import Hand
from tests.browser.site import Window
from tests.cast import Person
from tests.pictures import HTML, file_of, halves

Windows = Callable[..., Window]
LOADED = "image => image.complete && image.naturalWidth > 0"


def payload(content: bytes, name: str = "me.png") -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_a_picture_is_chosen_prepared_and_seen_on_a_comment(
    window: Windows, hand: Callable[[Person], Hand], cleo: Person
) -> None:
    here = window(cleo)
    post = hand(cleo).publish("A post with a face")
    hand(cleo).comment(post, "And a comment with one.")
    page = here.go("/settings/profile")
    page.locator("#picture-user-avatar input[type=file]").set_input_files(payload(file_of(halves())))
    shown = page.locator("#picture-user-avatar .avatar img")
    expect(shown).to_be_visible()
    assert shown.evaluate(LOADED)
    expect(page.locator("#account-button .avatar img")).to_be_visible()
    page = here.go(post)
    face = page.locator(".comment .avatar img")
    expect(face).to_be_visible()
    assert face.evaluate(LOADED)
    page = here.go("/settings/profile")
    page.locator("#picture-user-avatar").get_by_role("button", name="Remove").click()
    expect(page.locator("#picture-user-avatar .avatar img")).to_have_count(0)


def test_a_picture_is_sent_without_scripts(window: Windows, cleo: Person) -> None:
    here = window(cleo, width=390, java_script_enabled=False)
    page = here.page
    page.goto(here.site.url + "/settings/profile")
    panel = page.locator("#picture-user-banner")
    panel.locator("input[type=file]").set_input_files(payload(HTML))
    panel.get_by_role("button", name="Upload").click()
    expect(page.locator("[role=alert]")).to_contain_text("We cannot use this file")
    here.complaints.clear()  # browsers log every 415
    page.locator("#picture-user-banner input[type=file]").set_input_files(payload(file_of(halves(700, 220))))
    page.get_by_role("button", name="Upload").click()
    expect(page).to_have_url(here.site.url + "/settings/profile")
    for _ in range(40):
        if page.locator("#picture-user-banner img").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    expect(page.locator("#picture-user-banner img")).to_be_visible()


def test_a_file_that_is_too_large_is_not_even_sent(window: Windows, cleo: Person) -> None:
    here = window(cleo)
    page = here.go("/settings/profile")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.locator("#picture-user-avatar input[type=file]").set_input_files(payload(b"\0" * 3 * 1024 * 1024))
    expect(page.locator("#picture-user-avatar [role=alert]")).to_contain_text("too large")
    assert "POST" not in sent


@pytest.mark.parametrize("name", ["user-avatar", "user-banner"])
def test_a_dropped_file_is_sent_too(window: Windows, mia: Person, name: str) -> None:
    page = window(mia).go("/settings/profile")
    page.evaluate(
        """async ([name, bytes]) => {
          const drop = document.querySelector(`#picture-${name} file-attachment`);
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "me.png", {type: "image/png"}));
          drop.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""", [name, list(file_of(halves(640, 200)))])
    expect(page.locator(f"#picture-{name} .picture__now img")).to_be_visible()


def test_the_panels_fit_and_are_accessible(window: Windows, mia: Person) -> None:
    assert window(mia).flaws(["/settings/profile"]) == {}
