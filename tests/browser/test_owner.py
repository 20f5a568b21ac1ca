"""An owner sets a private community up, invites people, and answers those who ask."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.site import Window
from tests.cast import Person

Windows = Callable[..., Window]
PLACE = "/c/lantern-society/"
SPACES = (("Workshop", "Everybody who reads"), ("Council", "Members of the space Others"),
          ("Archive", "Whoever was invited into it Others"))  # fmt: skip


def found(here: Window) -> None:
    page = here.go("/communities/new")
    page.get_by_label("Name", exact=True).fill("Lantern Society")
    page.get_by_label("Name", exact=True).blur()
    expect(page.get_by_label("Address")).to_have_value("lantern-society")
    page.get_by_role("radio", name="Members Others see").check()
    page.get_by_role("radio", name="Everybody, after you said yes").check()
    page.get_by_role("button", name="Create community").click()
    expect(page).to_have_url(here.site.url + PLACE)


def open_space(here: Window, name: str, readers: str) -> None:
    page = here.go(f"{PLACE}spaces/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("radio", name=readers).check()
    page.get_by_role("button", name="Create space").click()
    expect(page.locator("h1")).to_have_text(name)


def invite(here: Window) -> str:
    """A link, and addresses of a table; answers the path of the link."""
    page = here.go(f"{PLACE}dashboard/invites")
    page.get_by_label("How many people").fill("1")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Address of the invitation").input_value()
    table = "Name,E-mail\nRosa,rosa@example.org\nTim;tim@example.org\nno address\n"
    page.get_by_label("Or a CSV file").set_input_files({"name": "friends.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.get_by_role("button", name="Send invitations").click()
    results = page.locator("section[role=status] .row")
    expect(results).to_have_count(3)
    expect(results.filter(has_text="no address")).to_contain_text("not an e-mail address")
    expect(page.locator("#invites")).to_contain_text("rosa@example.org")
    return link.removeprefix(here.site.url)


def ask(here: Window, why: str) -> Page:
    page = here.go(PLACE)
    expect(page).to_have_url(f"{here.site.url}{PLACE}about")
    page.get_by_role("link", name="Request to join").click()
    page.get_by_label("What brings you here?").fill(why)
    page.get_by_role("button", name="Request to join").click()
    expect(page.get_by_role("button", name="Requested").first).to_be_visible()
    return page


def test_an_owner_sets_up_a_private_community_invites_and_answers(
    window: Windows, ada: Person, bob: Person, cleo: Person, eve: Person
) -> None:
    owner = window(ada, width=390)
    found(owner)
    for name, readers in SPACES:
        open_space(owner, name, readers)
    page = owner.go(f"{PLACE}dashboard/settings/access")
    page.get_by_label("Question 1").fill("What brings you here?")
    page.get_by_role("button", name="Save").click()
    path = invite(owner)

    guest = window(eve)
    guest.go(path).get_by_role("button", name="Accept the invitation").click()
    expect(guest.page).to_have_url(f"{guest.site.url}{PLACE}welcome")
    expect(guest.go(f"{PLACE}spaces").locator(".place-card h3")).to_have_count(5)
    late = window(bob)
    expect(late.go(path).locator("h1")).to_have_text("This invitation was used up")

    ask(late, "I make lanterns.")
    refused = window(cleo)
    ask(refused, "No reason.")
    tasks = owner.go(f"{PLACE}dashboard/tasks")
    waiting = tasks.locator(".task[data-type=MEMBER_APPROVAL]")
    expect(waiting).to_have_count(2)
    mine = waiting.filter(has_text="I make lanterns.")
    mine.get_by_role("button", name="Let in").click()
    expect(waiting).to_have_count(1)
    waiting.locator("summary").click()
    waiting.get_by_label("Why? They will read it.").fill("Tell us more about you.")
    waiting.get_by_role("button", name="Decline").click()
    expect(waiting).to_have_count(0)
    assert owner.violations() == [] and not owner.is_too_wide()

    expect(late.go(PLACE).locator("h1")).to_have_text("Lantern Society")
    about = refused.go(f"{PLACE}about")
    expect(about.locator(".page-head__actions .note")).to_contain_text("Tell us more about you.")
    expect(about.locator("main")).to_have_text(re.compile("You may ask again on"))
