"""Finding, founding, joining and leaving, as people use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Window
from tests.cast import Person, PlaceFacts

Windows = Callable[..., Window]
WITH_AND_WITHOUT_SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@WITH_AND_WITHOUT_SCRIPTS
def test_a_member_leaves_and_comes_back(window: Windows, eve: Person, bikes: PlaceFacts, scripts: bool) -> None:
    here = window(eve, width=390, java_script_enabled=scripts)
    page = here.page
    page.goto(here.site.url + bikes.url + "about")
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_url(here.site.url + bikes.url + "welcome")
    page.goto(here.site.url + bikes.url + "about")
    page.get_by_role("button", name="Member", exact=True).click()
    page.get_by_role("link", name="Leave").click()
    expect(page.locator("h1")).to_have_text("Leave Bikes?")
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("button", name="Join")).to_be_visible()
    assert here.complaints == []


@WITH_AND_WITHOUT_SCRIPTS
def test_somebody_founds_a_community_and_opens_a_space(window: Windows, eve: Person, scripts: bool) -> None:
    here = window(eve, width=390, java_script_enabled=scripts)
    page, name = here.page, "Night Owls" if scripts else "Early Birds"
    slug = name.lower().replace(" ", "-")
    page.goto(here.site.url + "/communities")
    page.get_by_role("link", name="New community").click()
    page.get_by_label("Name", exact=True).fill(name)
    if scripts:
        page.get_by_label("Name", exact=True).blur()
        expect(page.get_by_label("Address")).to_have_value(slug)
    page.get_by_role("button", name="Create community").click()
    expect(page).to_have_url(f"{here.site.url}/c/{slug}/")
    page.goto(f"{here.site.url}/c/{slug}/spaces")
    page.get_by_role("link", name="New space").click()
    page.get_by_label("Name", exact=True).fill("General")
    if scripts:
        page.get_by_label("Name", exact=True).blur()
        expect(page.get_by_label("Address")).to_have_value("general-2")
    page.get_by_role("button", name="Create space").click()
    expect(page).to_have_url(f"{here.site.url}/c/{slug}/s/general-2/")


def test_a_taken_address_is_said_while_typing_and_at_the_field(window: Windows, eve: Person, bikes: PlaceFacts) -> None:
    here = window(eve)
    page = here.go("/communities/new")
    page.get_by_label("Name", exact=True).fill("Bicycles")
    page.get_by_label("Name", exact=True).blur()
    address = page.get_by_label("Address")
    expect(address).to_have_value("bicycles")
    address.fill(bikes.slug)
    expect(page.locator("#f-slug-error")).to_have_text("This address is taken.")
    page.get_by_role("textbox", name="What it is about").fill("Two wheels.")
    page.get_by_role("radio", name="Members Others see").check()
    page.get_by_role("button", name="Create community").click()
    expect(page.locator("#f-slug-error")).to_have_text("This address is taken.")
    expect(address).to_be_focused()
    expect(page.get_by_role("textbox", name="What it is about")).to_have_value("Two wheels.")
    expect(page.get_by_role("radio", name="Members Others see")).to_be_checked()
    assert here.violations() == []


@WITH_AND_WITHOUT_SCRIPTS
def test_a_space_is_left_and_joined_again(window: Windows, cleo: Person, bikes: PlaceFacts, scripts: bool) -> None:
    here = window(cleo, width=390, java_script_enabled=scripts)
    page = here.page
    page.goto(here.site.url + bikes.url + "spaces")
    page.get_by_role("button", name="Leave General").click()
    page.get_by_role("button", name="Join General").click()
    expect(page).to_have_url(here.site.url + bikes.url + "s/general/")


def test_owners_find_the_way_to_a_new_space_in_the_sidebar(
    window: Windows, ada: Person, bob: Person, bikes: PlaceFacts
) -> None:
    page = window(bob).go(bikes.url + "about")
    expect(page.locator(".sidebar").get_by_role("link", name="Browse spaces")).to_be_visible()
    page = window(ada).go(bikes.url + "about")
    page.locator(".sidebar").get_by_role("link", name="New space").click()
    expect(page.locator("h1")).to_have_text("New space")


def test_every_page_is_accessible_and_fits(window: Windows, ada: Person, guest: Person, bikes: PlaceFacts) -> None:
    paths = ["/communities", "/communities/new", *(bikes.url + page for page in ("about", "members", "spaces", "spaces/new"))]
    assert window(ada).flaws([*paths, bikes.url + "leave"]) == {}
    assert window(guest).flaws(paths) == {}


DASHBOARD = ["spaces", "taxonomy", "emoji", "invites", "roles", "settings", "settings/access", "settings/content",
             "settings/safety", "permissions?who=visitor&action=join", "tasks"]  # fmt: skip
SPACE = ["settings", "members"]


def test_every_page_of_the_dashboard_is_accessible_and_fits(window: Windows, ada: Person, bikes: PlaceFacts) -> None:
    paths = [f"{bikes.url}s/workshop/{page}" for page in SPACE] + [f"{bikes.url}dashboard/{page}" for page in DASHBOARD]
    assert window(ada).flaws([bikes.url + "tags", f"/u/{ada.username}", *paths]) == {}
