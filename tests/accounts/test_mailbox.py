"""The mailbox of development."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.conftest import ZOE, sign_up
from tests.visitor import Visitor


def test_a_mail_is_read_and_its_link_can_be_clicked(stranger: Visitor, drain: Callable[[], object]) -> None:
    assert stranger.get("/dev/mail").text(".empty h2") == "No mail yet"
    sign_up(stranger)
    drain()
    page = stranger.get("/dev/mail")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.texts(".mailbox__list a strong") == ["Confirm your address"]
    link = str(page.one(".mailbox__text a").attributes["href"])
    assert link.startswith("http://localhost/verify-email/")
    assert stranger.get(link.removeprefix("http://localhost")).text("h1") == "Confirm your address"


def test_a_mail_is_shown_as_text(stranger: Visitor, drain: Callable[[], object]) -> None:
    sign_up(stranger, display_name="<img src=x onerror=alert(1)>")
    drain()
    page = stranger.get("/dev/mail")
    assert "<img src=x" in page.text(".mailbox__text")
    assert not page.has(".mailbox__text img")


def test_the_newest_mail_is_open_and_others_are_a_click_away(stranger: Visitor, drain: Callable[[], object]) -> None:
    sign_up(stranger)
    drain()
    sign_up(stranger, email="zoe@other.example", username="zoe2")
    drain()
    page = stranger.get("/dev/mail")
    assert page.text(".mailbox__mail header p").startswith("To zoe@other.example")
    older = stranger.get(str(page.select(".mailbox__list a")[1].attributes["href"]))
    assert older.text(".mailbox__mail header p").startswith(f"To {ZOE['email']}")


def test_a_site_others_can_reach_has_no_mailbox(
    stranger: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch, db_session: object
) -> None:
    assert stranger.get("/dev/mail").status == 200
    monkeypatch.setattr(app.extensions["config"], "base_url", "http://community.example")
    assert stranger.client.get("/login", base_url="http://community.example").status_code == 200
    assert stranger.client.get("/dev/mail", base_url="http://community.example").status_code == 404
