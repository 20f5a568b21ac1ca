"""From the sign-up to membership, and the settings, as people use them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Window
from tests.cast import PASSWORD, Person, PlaceFacts

Windows = Callable[..., Window]
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def open_mail(here: Window, address: str) -> Page:
    """Wait in the mailbox for a mail to an address and open its link."""
    end = time.monotonic() + 60
    while True:
        page = here.page
        page.goto(here.site.url + "/dev/mail")
        found = page.locator(".mailbox__list a", has_text=address)
        if found.count():
            break
        assert time.monotonic() < end, f"no mail to {address}"
        time.sleep(0.3)
    found.first.click()
    page.locator(".mailbox__text a").click()
    return page


@WITH_AND_WITHOUT_SCRIPTS
def test_a_new_person_signs_up_confirms_and_joins(
    window: Windows, guest: Person, bikes: PlaceFacts, scripts: bool
) -> None:
    here = window(guest, width=390, java_script_enabled=scripts)
    name = "zoe" if scripts else "yan"
    page = here.page
    page.goto(here.site.url + bikes.url + "about")
    page.get_by_role("link", name="Join", exact=True).click()
    page.get_by_label("Name", exact=True).fill(f"{name.title()} Lind")
    page.get_by_label("E-mail").fill(f"{name}@new.example")
    if scripts:
        expect(page.get_by_label("Username")).to_have_value(f"{name}_lind")
    page.get_by_label("Password").fill("one more long password")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("h1")).to_have_text("Check your inbox")
    page = open_mail(here, f"{name}@new.example")
    page.get_by_role("button", name="Confirm my address").click()
    expect(page.locator("h1")).to_have_text("Join Bikes")
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(here.site.url + bikes.url + "welcome")
    page.goto(here.site.url + bikes.url + "members")
    expect(page.locator(".member-card__name").first).to_have_text(f"{name.title()} Lind")
    assert not scripts or not here.is_too_wide()
    assert here.complaints == []


def test_what_was_typed_stays_and_the_first_bad_field_takes_the_focus(window: Windows, guest: Person, bob: Person) -> None:
    here = window(guest)
    page = here.go("/signup")
    page.get_by_label("Name", exact=True).fill("Bob")
    page.get_by_label("E-mail").fill("someone@new.example")
    username = page.get_by_label("Username")
    username.fill(bob.username)
    page.get_by_label("Password").fill("one more long password")
    expect(page.locator("#f-username-error")).to_have_text("This username is taken.")
    page.get_by_role("button", name="Create account").click()
    expect(username).to_be_focused()
    expect(page.locator("#f-username-error")).to_have_text("This username is taken.")
    expect(page.get_by_label("E-mail")).to_have_value("someone@new.example")
    expect(page.get_by_label("Password")).to_have_value("one more long password")
    assert here.violations() == []
    username.fill("bobby_new")
    expect(page.locator("#f-username-help")).to_have_text("@bobby_new is free.")
    page.get_by_role("button", name="Create account").click()
    expect(page.locator("h1")).to_have_text("Check your inbox")


@pytest.mark.parametrize("pace", [0, 150])
def test_a_slow_answer_never_comes_over_what_is_typed(window: Windows, guest: Person, pace: int) -> None:
    here = window(guest)
    page = here.go("/signup")
    page.route("**/signup/username*", lambda route: (time.sleep(0.7), route.continue_()))
    page.get_by_label("Name", exact=True).fill("Ada King")
    username = page.get_by_label("Username")
    username.press_sequentially("countess", delay=pace)
    expect(username).to_have_value("countess")
    page.get_by_label("Password").fill("one more long password")
    expect(page.locator("#f-username-help")).to_have_text("@countess is free.")
    expect(username).to_have_value("countess")
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    with page.expect_response(lambda answer: "/signup/username" in answer.url):
        page.get_by_label("E-mail").fill("ada@new.example")
    page.wait_for_timeout(300)
    expect(username).to_have_value("countess")


def test_a_suggestion_follows_the_name_until_a_username_is_typed(window: Windows, guest: Person) -> None:
    here = window(guest)
    page = here.go("/signup")
    username = page.get_by_label("Username")
    for name, made in (("Vera Stone", "vera_stone"), ("Vera Rubin", "vera_rubin")):
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Name", exact=True).blur()
        expect(username).to_have_value(made)
    expect(page.locator("#f-username-help")).to_have_text("@vera_rubin is free.")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_wrong_password_is_said_and_the_right_one_lets_in(
    window: Windows, guest: Person, cleo: Person, scripts: bool
) -> None:
    here = window(guest, width=390, java_script_enabled=scripts)
    page = here.page
    page.goto(here.site.url + "/settings/sessions")
    page.get_by_label("E-mail or username").fill(cleo.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator(".form-error")).to_contain_text("Wrong credentials.")
    expect(page.get_by_label("E-mail or username")).to_have_value(cleo.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page.locator("#sessions")).to_contain_text("This one")


@WITH_AND_WITHOUT_SCRIPTS
def test_a_browser_is_logged_out_from_another_one(window: Windows, guest: Person, mia: Person, scripts: bool) -> None:
    there = window(guest)
    page = there.go("/login?next=/notifications")
    page.get_by_label("E-mail or username").fill(mia.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(there.site.url + "/notifications")
    expect(page.locator("#live-dot")).to_have_attribute("data-state", "live")
    here = window(mia, width=390, java_script_enabled=scripts)
    here.page.goto(here.site.url + "/settings/sessions")
    sessions = here.page.locator("#sessions li")
    before = sessions.count()
    assert before >= 2
    here.page.get_by_role("button", name="Log out everywhere else").click()
    expect(sessions).to_have_count(1)
    expect(there.page.get_by_text("You are logged out")).to_be_visible()
    there.page.goto(there.site.url + "/settings/profile")
    expect(there.page.locator("h1")).to_have_text("Log in")


def test_saving_a_profile_is_confirmed_and_keeps_the_page(window: Windows, bob: Person) -> None:
    here = window(bob)
    page = here.go("/settings/profile")
    page.get_by_label("Website").fill("bob.example")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#f-website-error")).to_be_visible()
    page.get_by_label("Website").fill("https://bob.example")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("ui-toast")).to_have_text("Saved.")
    expect(page.locator("#f-website-error")).to_have_count(0)
    expect(page.get_by_label("Website")).to_have_value("https://bob.example")


def test_a_theme_holds_on_every_page_without_a_flash(window: Windows, bob: Person) -> None:
    here = window(bob, scheme="light")
    page = here.go("/settings/appearance")
    page.get_by_label("Dark").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page = here.go("/communities")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


PAGES = ["/signup", "/login", "/password/reset", "/terms", "/verify-email/nonsense", "/dev/mail"]
OWN_PAGES = ["/settings/profile", "/settings/showcase", "/settings/account", "/settings/privacy", "/settings/blocks",
             "/settings/security", "/settings/sessions", "/settings/login-history",
             "/settings/connections", "/settings/api-keys", "/follow-requests"]  # fmt: skip


def test_every_page_is_accessible_and_fits(window: Windows, guest: Person, cleo: Person) -> None:
    for person, paths in ((guest, PAGES), (cleo, OWN_PAGES)):
        assert window(person).flaws(paths) == {}


def test_a_page_that_comes_back_has_the_focus_where_it_is_wrong(window: Windows, ada: Person, bikes: PlaceFacts) -> None:
    page = window(ada).go(bikes.url + "dashboard/roles")
    form = page.locator("form[action$='/roles/trust']")
    form.get_by_label("Username").fill("nobody_here")
    form.get_by_label("Level").select_option("TRUSTED")
    form.get_by_role("button").click()
    expect(form.get_by_label("Username")).to_be_focused()
    expect(form.get_by_label("Username")).to_have_value("nobody_here")
    expect(form.get_by_label("Level")).to_have_value("TRUSTED")
    expect(page.locator("#l-username-error")).to_be_visible()
