"""Somebody who is not here yet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
from flask import Flask
from pydantic import SecretStr

from tests.accounts.providers import OpenId, open_id
from tests.cast import GUEST
from tests.visitor import Page, Visitor

ZOE = {"display_name": "Zoe Lind", "email": "zoe@example.org", "username": "zoe", "password": "one more long password"}


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """A browser in which nobody is logged in."""
    return Visitor(app, GUEST)


@pytest.fixture
def link_for(drain: Callable[[], object], mails: Callable[[], list[EmailMessage]]) -> Callable[[str], str]:
    """`link_for(address)`: the path of the newest link that was mailed there."""

    def link_for(address: str) -> str:
        drain()
        text = next(mail.get_body(("plain",)).get_content() for mail in mails() if mail["To"] == address)
        found = re.search(r"http://localhost(/verify-email/\S+)", text)
        assert found, f"no link in the mail to {address}:\n{text}"
        return found[1]

    return link_for


def sign_up(visitor: Visitor, *, next_: str = "", **changes: str) -> Page:
    """Fill in the form of the sign-up page and send it."""
    page = visitor.get("/signup" + (f"?next={next_}" if next_ else ""))
    return page.form("#signup-form").send(**(ZOE | changes))


def is_logged_in(visitor: Visitor) -> bool:
    """Whether a page that needs an account opens."""
    return visitor.get("/settings/profile").status == 200


@pytest.fixture(scope="module")
def open_id_server() -> Iterator[OpenId]:
    with open_id() as running:
        yield running


@pytest.fixture
def provider(open_id_server: OpenId, app: Flask, monkeypatch: pytest.MonkeyPatch) -> OpenId:
    """A provider of OpenID Connect, configured."""
    for name, value in open_id_server.settings.items():
        monkeypatch.setattr(app.extensions["config"], name, SecretStr(value) if name.endswith("secret") else value)
    return open_id_server
