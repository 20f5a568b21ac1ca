"""Keyset pages: the signed cursor that says after which row the next page starts."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, Generic, TypeVar

from flask import current_app
from itsdangerous import BadSignature, Signer

from community.core.errors import BadRequest

VERSION = 1
MAX_LENGTH = 1_000

Key = datetime | int | Decimal | str
T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class BadCursor(BadRequest):
    """The cursor was changed, is of another list or of other filters; the reader has to start again."""

    title = "Start again"
    message = "This part of the list is no longer valid. Please start again from the first page."


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row shown: its sort key and id, in a list of this sort under these filters (None means not set)."""

    sort: str
    key: Key
    id: int
    filters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list; `next_cursor` leads to the following one."""

    items: Sequence[T]
    next_cursor: str | None = None

    @property
    def has_more(self) -> bool:
        return self.next_cursor is not None


def slice_page(rows: Sequence[T], limit: int, cursor_of: Callable[[T], Cursor]) -> Page[T]:
    """The page out of the rows of a query that asked for `limit + 1` of them."""
    items = rows[:limit]
    return Page(items, encode(cursor_of(items[-1])) if len(rows) > limit else None)


def encode(cursor: Cursor) -> str:
    """The cursor as a signed token for an address. Raises ValueError for a key without a time zone or a value."""
    kind, value = _pack(cursor.key)
    content = [VERSION, cursor.sort, kind, value, cursor.id, _digest(cursor.filters)]
    payload = urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).rstrip(b"=")
    return _signer().sign(payload).decode()


def decode(token: str, *, sort: str, filters: Mapping[str, object] | None = None) -> tuple[Key, int]:
    """The sort key and id a token holds. Raises BadCursor unless it was made for this sort and these filters."""
    version, made_for, kind, value, row_id, digest = _verified(token)
    if (version, made_for, digest) != (VERSION, sort, _digest(filters or {})):
        raise BadCursor
    return _unpack(kind, value), row_id


def position(token: str | None, *, sort: str, filters: Mapping[str, object] | None = None) -> tuple[Any, int] | None:
    """Where the page an address asks for begins; None for the first page. Raises BadCursor."""
    return decode(token, sort=sort, filters=filters) if token else None


def _verified(token: str) -> tuple[int, str, str, str, int, str]:
    if len(token) > MAX_LENGTH or not token.isascii():
        raise BadCursor
    try:
        payload = _signer().unsign(token)
    except BadSignature:
        raise BadCursor from None
    # Base64 has several spellings of the same bytes; only ours counts.
    if _signer().sign(payload).decode() != token:
        raise BadCursor
    version, *rest = json.loads(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    if version != VERSION:
        raise BadCursor
    return version, *rest


def _pack(key: Key) -> tuple[str, str]:
    if isinstance(key, datetime):
        if key.tzinfo is None:
            raise ValueError("a time without a zone cannot be a sort key")
        return "t", str((key - _EPOCH) // _MICROSECOND)
    if isinstance(key, Decimal):
        if not key.is_finite():
            raise ValueError("only a finite number can be a sort key")
        return "d", str(key)
    return ("i", str(key)) if isinstance(key, int) else ("s", key)


def _unpack(kind: str, value: str) -> Key:
    match kind:
        case "t":
            return _EPOCH + int(value) * _MICROSECOND
        case "d":
            return Decimal(value)
        case "i":
            return int(value)
    return value


def _digest(filters: Mapping[str, object]) -> str:
    named = sorted((name, value) for name, value in filters.items() if value is not None)
    text = json.dumps(named, separators=(",", ":"), default=str)
    return urlsafe_b64encode(sha256(text.encode()).digest()[:12]).decode()


def _signer() -> Signer:
    secret = current_app.secret_key
    if not secret:
        raise RuntimeError("the app has no secret key")
    return Signer(secret, salt="community.cursor", key_derivation="hmac", digest_method=sha256)
