"""What has posts under it does not know them: posts registers here how they follow when tags and categories change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Counts = Mapping[int | None, int]
"""Posts by space; None: outside of spaces."""


@dataclass(frozen=True)
class Followers:
    """How posts follow, in the transaction of the change."""

    merge_tag: Callable[[int, int], Counts]
    """Give the posts of one tag another one; answers how many have it then."""
    move_category: Callable[[int, int | None], None]
    """Put the posts of a category into another one, or into none."""
    touch_tag: Callable[[int], None]
    """The tag looks different on its posts."""


_registered: list[Followers] = []


def register(followers: Followers) -> None:
    """Say how posts follow; the last one counts."""
    _registered[:] = [followers]


def followers() -> Followers:
    """How posts follow."""
    return _registered[0]
