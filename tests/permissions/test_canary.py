"""What is hidden does not leak: secrets are planted everywhere, and every address is read by everybody they are hidden from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from community.core import topics
from community.core.clock import micros
from community.extensions import db, redis
from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking
from tests.permissions.canaries import Canaries, plant, write_in_closed_spaces
from tests.permissions.table import ROWS, Row
from tests.permissions.world import NOTHING, PLACES
from tests.visitor import HTMX

OUTSIDERS = ("guest", "outsider", "pending", "member", "space_banned", "left", "moderator", "foreign_admin")
BY_HTMX = ("guest", "member")
READ = [row for row in ROWS if row.method == "GET" and row.rule != "/dev/mail"]
"""The mailbox is of development: whoever reads it owns the machine."""
BY_CODE = "/c/<community>/invite/<code>"
"""Whoever holds the code is invited, and reads what to; without it there is nothing."""
FEEDS = ("?sort=top", "?sort=activity", "?sort=unanswered", "?kind=DISCUSSION")
PASSING = re.compile(r'nonce-[\w-]+|nonce="[^"]*"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|since=\d+|[?&]t=[^"&]+')
"""What differs between two answers that are the same."""


@pytest.fixture(scope="module")
def planted(asking: Asking) -> Canaries:
    """The world with secrets in it."""
    found = plant(asking.world)
    db.session.remove()
    asking.remember()
    return found


NUMBERED = ("/communities", f"/c/{PLACES['PUBLIC']}/about", f"/c/{PLACES['PUBLIC']}/",
            f"/c/{PLACES['PUBLIC']}/members?sort=joined", f"/c/{PLACES['PUBLIC']}/spaces", "/u/the-author", "/")


def paths(asking: Asking, planted: Canaries, row: Row, role: str) -> Iterator[str]:
    """The addresses of a row as it stands, and with everything in its parameters that hides something."""
    for slug in PLACES.values() if row.is_tenant else list(PLACES.values())[:1]:
        usual = row.path(asking.world, slug, role)
        if row.rule == BY_CODE:
            usual = row.rule.replace("<community>", slug).replace("<code>", "no-such-code")
        yield usual
        if "/p/<number>" in row.rule and "<comment>" not in row.rule:
            yield from (row.rule.replace("<community>", slug).replace("<number>", number) for number in planted.posts[slug])
        if "/s/<space>" in row.rule and row.rule.count("<") == 2:
            yield from (row.rule.replace("<community>", slug).replace("<space>", space) for space in ("workshop", "cellar"))
        if row.rule in ("/c/<community>/", "/c/<community>/s/<space>/"):
            yield from (usual + feed for feed in FEEDS)


def leaks(answer: TestResponse, planted: Canaries, role: str, path: str) -> list[str]:
    """The secrets in an answer that are not for this role; what the address itself says is known already."""
    text = answer.get_data(as_text=True) + str(answer.headers)
    return [secret for secret in planted.readers if secret in text and role not in planted.readers[secret]
            and secret not in path]


@pytest.mark.parametrize("row", READ, ids=[row.key for row in READ])
def test_nothing_hidden_is_shown(asking: Asking, planted: Canaries, row: Row) -> None:
    problems = defaultdict(list)
    for role in OUTSIDERS:
        for path in paths(asking, planted, row, role):
            for headers in ({}, HTMX) if role in BY_HTMX else ({},):
                for secret in leaks(asking.ask("GET", path, role, headers=headers), planted, role, path):
                    problems[f"{path} shows {secret}"].append(role)
    expect_none([f"{problem} to {', '.join(dict.fromkeys(who))}" for problem, who in problems.items()])


def test_the_secrets_are_there_for_those_who_may_see_them(asking: Asking, planted: Canaries) -> None:
    """Without this, an empty world would pass."""
    seen: set[str] = set()
    for role in ("owner", "author", "pending"):
        for row in READ:
            if row.is_tenant or row.rule.startswith(("/notifications", "/settings", "/u/")):
                for path in paths(asking, planted, row, role):
                    text = asking.ask("GET", path, role).get_data(as_text=True)
                    seen |= {secret for secret in planted.readers if secret in text}
    unseen = {re.sub(r"-\d+-song$", "", secret) for secret in set(planted.readers) - seen}
    shown_nowhere_yet = ("-tag", "-pushed", "canary-audit", "canary-answer", "canary-reason", "canary-address", "canary-p", "-text",
                         "-comment", "canary-comment", "canary-title", "canary-history", "canary-draft", "canary-scheduled",
                         "canary-removed", "canary-hidden-rules")
    assert not {name for name in unseen if not any(part in name for part in shown_nowhere_yet)}
    assert len(seen) > 60


@pytest.mark.parametrize("role", OUTSIDERS)
def test_a_topic_brings_nothing_hidden(asking: Asking, planted: Canaries, app: Flask, role: str) -> None:
    """Even with a signature the page never gave: asking for what was pushed is asking the policy again."""
    user_id = asking.world.people[role].user_id or None
    for topic, readers in planted.topics.items():
        signed = topics.sign([topic], user_id=user_id)
        answer = asking.ask("GET", f"/live/poll?t={signed}&since={micros() - 60_000_000}", role)
        if role not in readers:
            assert answer.status_code == 404, f"{role} hears {topic}"
            assert not leaks(answer, planted, role, "")


@pytest.mark.parametrize("role", OUTSIDERS)
def test_hidden_and_missing_are_the_same(asking: Asking, planted: Canaries, role: str) -> None:
    problems = []
    for visibility, slug in PLACES.items():
        for page, rule in ((f"{asking.world.things[slug]['cellar_post']}", "p/{}"), ("cellar", "s/{}/"), ("cellar", "s/{}/fresh"),
                           (f"{asking.world.things[slug]['cellar_post']}", "p/{}/reactions")):
            missing = NOTHING if page.isdigit() else "no-such-space"
            for headers in ({}, HTMX):
                there = asking.ask("GET", f"/c/{slug}/{rule.format(page)}", role, headers=headers)
                nowhere = asking.ask("GET", f"/c/{slug}/{rule.format(missing)}", role, headers=headers)
                if _same(there, page) != _same(nowhere, missing):
                    problems.append(f"{role}: {rule.format(page)} in a {visibility} community differs from what is missing")
    expect_none(problems)


@pytest.mark.parametrize("role", ["guest", "outsider", "foreign_admin", "banned"])
def test_a_hidden_community_is_like_none(asking: Asking, planted: Canaries, role: str) -> None:
    slug = PLACES["HIDDEN"]
    for row in READ:
        if row.is_tenant and row.rule != BY_CODE:
            path = row.path(asking.world, slug, role)
            there, nowhere = asking.ask("GET", path, role), asking.ask("GET", path.replace(slug, "no-such-club"), role)
            assert _same(there, slug) == _same(nowhere, "no-such-club"), path


@pytest.mark.parametrize("path", NUMBERED)
def test_no_number_moves_by_what_is_hidden(asking: Asking, path: str) -> None:
    before = _plain(asking.ask("GET", path, "guest"))
    with asking.another_world():
        write_in_closed_spaces(asking.world, PLACES["PUBLIC"])
        db.session.remove()
        redis.flushdb()
        after = _plain(asking.ask("GET", path, "guest"))
    assert after == before


def _plain(answer: TestResponse) -> str:
    return PASSING.sub("", answer.get_data(as_text=True))


def _same(answer: TestResponse, name: str) -> tuple[int, str, list[tuple[str, str]]]:
    """An answer without what is new in each, and without the name that was asked for."""
    headers = sorted((key, PASSING.sub("", value).replace(f"/{name}", "/…")) for key, value in answer.headers
                     if key not in ("X-Request-ID", "Content-Length", "Date", "Set-Cookie"))
    return answer.status_code, _plain(answer).replace(f"/{name}", "/…"), headers
