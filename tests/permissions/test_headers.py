"""What may be kept, by whom, and what browsers may do with it: every address belongs to a class, and answers as it says."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking, outcome
from tests.permissions.roles import answers
from tests.permissions.table import ROWS, Row, routes
from tests.permissions.world import PLACES
from tests.visitor import HTMX

PERSONAL, NEVER = {"private, no-cache"}, {"no-store"}
CLASSES: tuple[tuple[str, str, set[str]], ...] = (
    ("file", r"/media/|/assets/|/files/", {"private, no-cache", "no-store"}),
    ("probe", r"/healthz|/readyz|/metrics|/ws$", {"private, no-cache", "no-store"}),
    ("live", r"/live/", PERSONAL),
    ("program", r"/api/|/oauth/", PERSONAL | NEVER),
    ("secret", r"/settings/(?!connections|blocks)|/admin/|/setup$|/verify-email/|/dev/|/password/|/account/|/login/2fa", NEVER),
    ("operation", r"/c/<community>/dashboard/permissions", NEVER),
    ("page", r"/", PERSONAL | NEVER),
)
"""Name, what its rules begin with (the first that fits), and the `Cache-Control` values it may answer with."""
VARIES = {"HX-Request", "HX-Request-Type", "Cookie"}
POLICY = ("default-src 'none'", "script-src 'self' 'nonce-", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'",
          "form-action 'self'")
READ = [row for row in ROWS if row.method == "GET"]


def class_of(rule: str) -> tuple[str, set[str]]:
    """The class of a rule. Raises LookupError for one that nobody thought of."""
    for name, pattern, kept in CLASSES:
        if re.match(pattern, rule):
            return name, kept
    raise LookupError(rule)


def test_every_address_belongs_to_a_class(app: Flask) -> None:
    for key, _ in routes(app):
        class_of(key.partition(" ")[2])


def problems(answer: TestResponse, kind: str, kept: set[str], *, who: str) -> list[str]:
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    found = [f"the policy lacks {part}" for part in POLICY if part not in policy and kind != "file"]
    if "unsafe-" in policy:
        found.append("the policy allows what is unsafe")
    if headers.get("X-Content-Type-Options") != "nosniff":
        found.append("without nosniff")
    cached = headers.get("Cache-Control", "")
    is_answer = answer.status_code == 200 and "HX-Redirect" not in headers
    if is_answer and cached not in kept:
        found.append(f"Cache-Control: {cached}")
    if "public" in cached and (who != "guest" or "Set-Cookie" in headers):
        found.append("shared caches would keep what is personal")
    if is_answer and answer.mimetype == "text/html" and kind in ("page", "secret", "operation"):
        varies = {name.strip() for name in headers.get("Vary", "").split(",")}
        if cached != "no-store" and not varies >= VARIES:
            found.append(f"Vary: {headers.get('Vary')}")
        if "nonce-" in policy and "ETag" in headers:
            found.append("an ETag on a page with a nonce")
    return [f"{who}: {problem}" for problem in found]


@pytest.mark.parametrize("row", READ, ids=[row.key for row in READ])
def test_an_answer_is_kept_and_hardened_as_its_class_says(asking: Asking, row: Row) -> None:
    kind, kept = class_of(row.rule)
    slug, expected = PLACES["PUBLIC"], answers(row.who, "PUBLIC")
    found = []
    for who in ("guest", "author", "owner", "site_admin"):
        for headers in ({}, HTMX):
            path = row.path(asking.world, slug, who)
            answer = asking.ask("GET", path, who, headers=headers)
            found += problems(answer, kind, kept, who=f"{who}{' by htmx' if headers else ''}")
            if headers == {} and expected[who] == "ok":
                assert outcome(answer) == "ok"
    expect_none(list(dict.fromkeys(found)))


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_unsafe], ids=[row.key for row in ROWS if row.is_unsafe])
def test_nobody_writes_here_from_another_site(asking: Asking, row: Row) -> None:
    """A form of a foreign page, sent with the cookie of somebody who may do everything."""
    if row.rule.startswith(("/api/", "/hooks/")):
        pytest.skip("programs have keys instead of cookies")
    slug = PLACES["PUBLIC"]
    answer, changed = asking.ask_and_compare(
        row.method, row.path(asking.world, slug, "owner"), "owner", form=row.form(asking.world, slug, "owner"),
        headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert (answer.status_code, changed) == (403, [])
