"""Where a request that changes something may come from. The table is the whole rule."""

from __future__ import annotations

import pytest

from tests.laboratory import Laboratory
from tests.visitor import Client

OURS = "http://localhost"
CASES = [
    # Sec-Fetch-Site, Origin, with a session, may it
    ("same-origin", None, True, True),
    ("same-origin", OURS, True, True),
    ("none", None, True, True),  # an address typed, a bookmark
    ("SAME-ORIGIN", None, True, True),
    ("same-site", OURS, True, False),
    ("cross-site", None, True, False),
    ("cross-site", OURS, True, False),
    ("cross-site", None, False, False),
    ("whatever", OURS, True, False),
    # Plain http and old browsers send no Sec-Fetch-Site: the origin decides.
    (None, OURS, True, True),
    (None, "http://127.0.0.1", True, False),  # another name of this machine is another origin
    (None, "http://evil.example", True, False),
    (None, "http://evil.example", False, False),
    (None, "http://localhost.evil.example", True, False),
    (None, "http://evil.example/localhost", True, False),
    (None, "https://localhost", True, False),  # the scheme counts
    (None, "http://localhost:80", True, False),  # browsers leave the usual port out
    (None, "http://localhost:8080", True, False),
    (None, "null", True, False),
    (None, "", True, False),
    # Whoever says nothing is no browser of ours; without a session there is nothing to misuse.
    (None, None, True, False),
    (None, None, False, True),
]


def browser(laboratory: Laboratory, *, with_session: bool) -> Client:
    client = laboratory.client
    if with_session:
        client.set_cookie(laboratory.app.config["SESSION_COOKIE_NAME"], "anything")
    return client


def headers_of(site: str | None, origin: str | None) -> dict[str, str]:
    named = {"Sec-Fetch-Site": site, "Origin": origin}
    return {name: value for name, value in named.items() if value is not None}


@pytest.mark.parametrize(("site", "origin", "with_session", "may"), CASES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_change_is_judged_by_where_it_comes_from(
    laboratory: Laboratory, method: str, site: str | None, origin: str | None, with_session: bool, may: bool
) -> None:
    response = browser(laboratory, with_session=with_session).open(
        "/lab/write?value=new", method=method, headers=headers_of(site, origin)
    )
    assert response.status_code == (200 if may else 403)
    assert laboratory.written == ("new" if may else None)


@pytest.mark.parametrize(("site", "origin", "with_session", "may"), CASES)
def test_a_look_is_everybodys(
    laboratory: Laboratory, site: str | None, origin: str | None, with_session: bool, may: bool
) -> None:
    client = browser(laboratory, with_session=with_session)
    assert client.get("/lab/page", headers=headers_of(site, origin)).status_code == 200


def test_a_proxys_header_names_no_host(laboratory: Laboratory) -> None:
    headers = {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}
    assert laboratory.client.post("/lab/write?value=new", headers=headers).status_code == 403
    assert laboratory.written is None


def test_logging_in_and_out_are_protected_too(laboratory: Laboratory) -> None:
    for path in ("/login", "/logout", "/signup"):
        assert laboratory.client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_every_change_of_the_site_is_protected(laboratory: Laboratory) -> None:
    for rule in laboratory.app.url_map.iter_rules():
        for method in {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()):
            path = rule.build(dict.fromkeys(rule.arguments, "1"), append_unknown=False)
            assert path is not None
            response = laboratory.client.open(path[1], method=method, headers={"Sec-Fetch-Site": "cross-site"})
            assert response.status_code == 403, f"{method} {rule}"
