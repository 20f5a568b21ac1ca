"""Two-step log-in and a passkey, as a person with a phone uses them."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.site import Window
from tests.cast import PASSWORD, Person

Windows = Callable[..., Window]
PHONE = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
         "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip


def with_phone(page: Page) -> CDPSession:
    """Give the browser an authenticator; passkeys need a name for the site, not an address of numbers."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return devtools


def test_the_whole_way_with_two_steps_and_a_passkey(window: Windows, guest: Person, eve: Person) -> None:
    here = window(guest, width=390)
    page, site = here.page, here.site.url.replace("127.0.0.1", "localhost")
    page.goto(site + "/login?next=/settings/security")
    page.get_by_label("E-mail or username").fill(eve.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()

    page.get_by_role("link", name="Turn on two-step log-in").click()
    page.get_by_role("button", name="Set it up").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("The six digits it shows").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn on").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I kept them").click()

    with_phone(page)
    page.get_by_role("link", name="Add one passkeys").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Add this device").click()
    expect(page.locator(".row strong").first).to_have_text("My phone")
    assert not here.is_too_wide()
    assert here.violations() == []

    page.get_by_role("button", name="Your account").click()
    page.locator("#account").get_by_role("button", name="Log out").click()
    page.goto(site + "/login?next=/settings/login-history")
    # This authenticator needs no finger, so the passkey offered where the name is typed is taken at once.
    expect(page.locator("h1")).to_have_text("Settings")
    expect(page.locator(".row strong").first).to_have_text("Logged in")


def test_what_one_typed_is_kept_while_one_confirms(window: Windows, mia: Person) -> None:
    here = window(mia)
    page = here.go("/settings/password")
    expect(page.locator("h1")).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".form-error")).to_have_text("That is not your password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("h2").first).to_have_text("Change your password")
    here.complaints.clear()  # browsers log every 403


def test_htmx_shows_the_question_as_a_page_and_goes_on_from_there(window: Windows, cleo: Person) -> None:
    here = window(cleo)
    page = here.go("/settings/profile")
    page.evaluate("""async () => {
        const { default: htmx } = await import("htmx.org");
        htmx.ajax("POST", "/settings/email", { target: "#profile-form", swap: "none", values: { email: "cleo@new.example" } });
    }""")
    expect(page.locator("h1")).to_have_text("Confirm that it is you")
    assert page.locator(".topbar").count() == 0, "nothing of the page before is left"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page).to_have_url(here.site.url + "/settings/email?sent=1")
    here.complaints.clear()  # browsers log every 403
