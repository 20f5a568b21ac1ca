"""Cursors of keyset pages."""

from __future__ import annotations

import base64
import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community.core.paging import BadCursor, Cursor, Key, Page, decode, encode, position, slice_page

KEYS = (
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))]), min_value=datetime(1, 1, 3),
        max_value=datetime(9999, 12, 29))
    | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(max_size=40)
)
IDS = st.integers(1, 2**63 - 1)
TOKEN_CHARACTERS = string.ascii_letters + string.digits + "-_.=é"


@pytest.fixture(scope="module", autouse=True)
def _app() -> Iterator[None]:
    app = Flask(__name__)
    app.secret_key = "a secret for the tests of cursors"
    with app.app_context():
        yield


@given(KEYS, IDS, st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5) | st.booleans()))
def test_a_cursor_survives_the_way_through_an_address(key: Key, row_id: int, filters: dict[str, object]) -> None:
    token = encode(Cursor("latest", key, row_id, filters))
    assert set(token) <= set(string.ascii_letters + string.digits + "-_.")
    found, found_id = decode(token, sort="latest", filters=filters)
    assert (found, type(found), found_id) == (key, type(key), row_id)


def test_microseconds_are_kept() -> None:
    moment = datetime(2026, 11, 21, 7, 36, 1, 123457, tzinfo=UTC)
    assert decode(encode(Cursor("latest", moment, 1)), sort="latest") == (moment, 1)


@given(st.data())
def test_changing_any_character_is_noticed(data: st.DataObject) -> None:
    token = encode(Cursor("latest", datetime(2026, 1, 1, tzinfo=UTC), 42, {"kind": "POLL"}))
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(TOKEN_CHARACTERS).filter(lambda c: c != token[at]))
    changed = data.draw(st.sampled_from([
        token[:at] + other + token[at + 1:], token[:at] + token[at + 1:], token[:at] + other + token[at:], token[:at],
        token + other,
    ]))
    with pytest.raises(BadCursor):
        decode(changed, sort="latest", filters={"kind": "POLL"})


@given(st.text(max_size=80))
def test_a_made_up_cursor_is_refused(token: str) -> None:
    with pytest.raises(BadCursor):
        decode(token, sort="latest")


def test_a_cursor_serves_its_own_sort_and_filters_only() -> None:
    token = encode(Cursor("latest", 7, 42, {"kind": "POLL", "tag": None}))
    assert decode(token, sort="latest", filters={"kind": "POLL"}) == (7, 42)
    assert decode(token, sort="latest", filters={"author": None, "kind": "POLL"}) == (7, 42)
    for sort, filters in [("top", {"kind": "POLL"}), ("latest", {"kind": "NEWS"}), ("latest", {}),
        ("latest", {"kind": "POLL", "tag": "a"})]:
        with pytest.raises(BadCursor):
            decode(token, sort=sort, filters=filters)


def test_a_cursor_of_another_site_is_refused() -> None:
    other = Flask("other")
    other.secret_key = "the secret of another site"
    with other.app_context():
        token = encode(Cursor("latest", 7, 42))
        assert decode(token, sort="latest") == (7, 42)
    with pytest.raises(BadCursor):
        decode(token, sort="latest")


def test_a_very_long_cursor_is_refused_unread() -> None:
    with pytest.raises(BadCursor):
        decode("a" * 100_000, sort="latest")


def test_a_bad_cursor_is_a_bad_request() -> None:
    with pytest.raises(BadCursor, match="start again") as refused:
        decode("x", sort="latest")
    assert refused.value.status == 400


def test_the_content_is_readable_but_signed() -> None:
    payload, _ = encode(Cursor("latest", 7, 42)).rsplit(".", 1)
    assert base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).startswith(b'[1,"latest","i","7",42,')


@pytest.mark.parametrize("key", [datetime(2026, 1, 1), Decimal("NaN"), Decimal("Infinity")])
def test_a_key_without_an_order_is_refused(key: Key) -> None:
    with pytest.raises(ValueError, match="sort key"):
        encode(Cursor("latest", key, 1))


def test_an_address_without_a_cursor_asks_for_the_first_page() -> None:
    assert position(None, sort="top") is None
    assert position("", sort="top") is None
    assert position(encode(Cursor("top", 7, 42, {"a": 1})), sort="top", filters={"a": 1}) == (7, 42)
    with pytest.raises(BadCursor):
        position("x", sort="top")


def _cursor(row: int) -> Cursor:
    return Cursor("top", row, row)


def test_a_full_page_leads_to_the_next() -> None:
    page = slice_page([9, 8, 7], 2, _cursor)
    assert (page.items, page.has_more) == ([9, 8], True)
    assert page.next_cursor is not None
    assert decode(page.next_cursor, sort="top") == (8, 8)


@pytest.mark.parametrize("rows", [[], [9], [9, 8]])
def test_the_last_page_leads_nowhere(rows: list[int]) -> None:
    assert slice_page(rows, 2, _cursor) == Page(rows)
    assert not slice_page(rows, 2, _cursor).has_more
