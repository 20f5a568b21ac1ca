"""One's own settings: profile, appearance, sessions."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.conftest import is_logged_in
from tests.cast import GUEST, PASSWORD, Person
from tests.visitor import Visitor

As = Callable[[Person], Visitor]


@pytest.mark.parametrize("page", ["profile", "privacy", "account", "blocks", "showcase", "appearance", "sessions"])
def test_settings_need_an_account_and_are_kept_out_of_caches(page: str, as_: As, bob: Person, guest: Person) -> None:
    shown = as_(bob).get(f"/settings/{page}")
    assert shown.status == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert shown.one("nav.settings__menu [aria-current=page]").attributes["href"] == f"/settings/{page}"
    assert as_(guest).get(f"/settings/{page}").location == f"/login?next=/settings/{page}"


def test_a_profile_is_changed(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    saved = (
        visitor.get("/settings/profile")
        .form("#profile-form")
        .send(display_name="Bob  T.", bio="I *ride*.", location="Kyoto", website="https://bob.example")
    )
    assert saved.follow().text("[role=status].note") == "Saved."
    shown = visitor.get("/settings/profile").form("#profile-form").fields
    assert {name: value for name, value in shown.items() if value} == {
        "display_name": "Bob T.",
        "bio": "I *ride*.",
        "location": "Kyoto",
        "website": "https://bob.example",
    }
    assert "Bob T." in visitor.get("/u/bob").text("h1")


def test_htmx_gets_a_clean_form_and_a_toast(as_: As, bob: Person) -> None:
    answer = as_(bob).htmx_post("/settings/profile", display_name="Bob", bio="", location="", website="")
    assert answer.status == 200
    assert answer.has("hx-partial form#profile-form")
    assert "Saved." in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("display_name", "", "Please fill this in."),
        ("display_name", "x" * 61, "Please use at most 60 characters."),
        ("bio", "x" * 1001, "Please use at most 1000 characters."),
        ("website", "javascript:alert(1)", "Please give an address that starts with https://."),
        ("website", "http://bob.example", "Please give an address that starts with https://."),
    ],
)
def test_a_bad_value_is_said_at_its_field_and_kept(field: str, value: str, message: str, as_: As, bob: Person) -> None:
    form = {"display_name": "Bob", "bio": "", "location": "", "website": ""} | {field: value}
    answer = as_(bob).post("/settings/profile", **form)
    assert answer.status == 422
    assert answer.text(f"#f-{field}-error") == message
    assert answer.form("#profile-form").fields[field] == value
    assert answer.has(f"#f-{field}[autofocus]")


def test_what_is_no_part_of_the_form_is_refused(as_: As, bob: Person) -> None:
    form = {"display_name": "Bob", "bio": "", "location": "", "website": ""}
    assert as_(bob).post("/settings/profile", **form).status == 303
    assert as_(bob).post("/settings/profile", **form, site_role="SITE_ADMIN").status == 422


def test_a_bio_is_markdown_without_markup_of_its_own(as_: As, bob: Person) -> None:
    as_(bob).post(
        "/settings/profile",
        display_name="Bob",
        bio="**hi** <script>alert(1)</script> [x](javascript:alert(1))",
        location="",
        website="",
    )
    page = as_(bob).get("/u/bob")
    assert "hi" in page.texts(".prose strong")
    assert not page.has(".prose script")
    assert not page.has('a[href^="javascript"]')


@pytest.mark.parametrize("theme", ["LIGHT", "DARK"])
def test_a_theme_is_chosen_by_the_server(theme: str, as_: As, bob: Person) -> None:
    visitor = as_(bob)
    assert not visitor.get("/settings/appearance").has("html[data-theme]")
    after = visitor.get("/settings/appearance").form(".settings__body form").send(theme=theme).follow()
    assert after.one("html").attributes["data-theme"] == theme.lower()
    assert after.has(f"input[value={theme}][checked]")


def test_an_unknown_theme_is_refused(as_: As, bob: Person) -> None:
    assert as_(bob).post("/settings/appearance", theme="PINK").status == 422


def other_browser(app: Flask) -> Visitor:
    visitor = Visitor(app, GUEST)
    visitor.client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
        "Mobile/15E148 Safari/604.1"
    )
    visitor.post("/login", identifier="bob", password=PASSWORD)
    return visitor


def test_sessions_say_where_one_is_logged_in_and_which_is_this_one(as_: As, app: Flask, bob: Person) -> None:
    other_browser(app)
    page = as_(bob).get("/settings/sessions")
    assert sorted(page.texts("#sessions li strong")) == ["Firefox on Linux", "Mobile Safari on iOS"]
    assert page.texts("#sessions li:has(.badge) strong") == ["Firefox on Linux"]
    assert all("127.0.0.1" in text for text in page.texts("#sessions li small"))
    assert len(page.select("#sessions li form")) == 1, "the one at hand is ended by logging out"


def test_a_session_is_ended_from_another_one_at_once(as_: As, app: Flask, bob: Person) -> None:
    phone = other_browser(app)
    assert is_logged_in(phone)
    here = as_(bob)
    after = here.get("/settings/sessions").form("#sessions li form").send().follow()
    assert len(after.select("#sessions li")) == 1
    assert not is_logged_in(phone)
    assert is_logged_in(here)


def test_all_other_sessions_are_ended(as_: As, app: Flask, bob: Person) -> None:
    others = [other_browser(app), other_browser(app)]
    here = as_(bob)
    answer = here.htmx_post("/settings/sessions/others/delete")
    assert "Logged out of 2 other places." in answer.headers["HX-Trigger"]
    assert len(answer.select("#sessions li")) == 1
    assert [is_logged_in(one) for one in [*others, here]] == [False, False, True]


def test_a_session_of_somebody_else_does_not_exist(as_: As, app: Flask, bob: Person, cleo: Person) -> None:
    phone = other_browser(app)
    number = as_(bob).get("/settings/sessions").one("#sessions li:has(form)").attributes["id"].rpartition("-")[2]
    assert as_(cleo).post(f"/settings/sessions/{number}/delete").status == 404
    assert as_(cleo).delete(f"/settings/sessions/{number}").status == 404
    assert as_(cleo).post("/settings/sessions/99999999/delete").status == 404
    assert is_logged_in(phone)
    assert as_(bob).delete(f"/settings/sessions/{number}").status == 303
    assert not is_logged_in(phone)
