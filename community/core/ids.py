"""Ids on the way in, and the element ids every template and push shares."""

from __future__ import annotations

import re
import uuid
from typing import Protocol

from community.core.errors import NotFound

BIGINT_MAX = 2**63 - 1
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])")
_NUMBER = re.compile(r"([1-9][0-9]{0,18})(?:-.*)?", re.DOTALL)


class Named(Protocol):
    """Whatever has an element of its own on a page."""

    @property
    def dom_prefix(self) -> str: ...

    @property
    def public_id(self) -> uuid.UUID | str: ...


def dom_id(thing: Named, part: str | None = None) -> str:
    """The id of the element that shows `thing`, or of a `part` of it (`thread-<uuid>`)."""
    return f"{part or thing.dom_prefix}-{thing.public_id}"


def number_of(text: str) -> int:
    """The bigint in front of `42` or `42-some-title`. Raises `NotFound` for anything else."""
    match = _NUMBER.fullmatch(text)
    if match is None or int(match[1]) > BIGINT_MAX:
        raise NotFound
    return int(match[1])


def uuid_of(text: str) -> uuid.UUID:
    """A public id out of an address. Raises `NotFound` for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None


def hue_index(number: int) -> int:
    """Which of the twelve avatar colours an id gets."""
    return number % 12
