"""A page of a feed as templates take it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import g, request

from community.core import paging
from community.core.clock import now
from community.feeds import cards, queries
from community.feeds.queries import Filters

PAGE = 20
Load = Callable[[int, Any], Sequence[Any]]


def posts(filters: Filters, load: Load) -> dict[str, Any]:
    """A page of cards. `load(limit, after)` gives one key more than the limit."""
    read_at = now()
    after = paging.position(request.args.get("cursor"), sort=filters.sort, filters=filters.named())
    page = paging.slice_page(
        load(PAGE, after), PAGE,
        lambda row: paging.Cursor(filters.sort, queries.key_of(filters.sort, row), row.id, filters.named()))
    shows_newest = after is None and filters.is_plain and page.items
    return {"cards": cards.cards(g.viewer, page.items), "older": older(page.next_cursor), "is_first": after is None,
            "since": page.items[0].published_at if shows_newest else read_at}


def rows(name: str, owner: int, load: Load) -> dict[str, Any]:
    """A page of a list by `created_at`: its items, and where the older ones are."""
    filters = {"of": owner}
    after = paging.position(request.args.get("cursor"), sort=name, filters=filters)
    page = paging.slice_page(load(PAGE, after), PAGE,
                             lambda row: paging.Cursor(name, row.created_at, row.id, filters))
    return {"items": page.items, "older": older(page.next_cursor), "is_first": after is None}


def older(cursor: str | None) -> str:
    """The address of the next page of what is shown."""
    if cursor is None:
        return ""
    kept = {name: value for name, value in request.args.items() if name != "cursor"}
    return f"{request.path}?{urlencode({**kept, 'cursor': cursor})}"
