"""Who is here, and the answer to those who ask to join."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import queries, services
from community.communities.forms import DeclineForm
from community.communities.queries import MemberFilters
from community.core import paging
from community.core.errors import Invalid
from community.core.forms import bind
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.responses import render, respond
from community.core.text import clean
from community.core.viewer import ROLES
from community.core.web import blueprint

PAGE = 24
SORTS = (("active", "Last active"), ("joined", "Newest"), ("posts", "Most posts"))

bp = blueprint("member_list", access="reader", tenant=True)


@bp.get("/members")
def members() -> Response:
    filters = _filters()
    after = paging.position(request.args.get("cursor"), sort=filters.sort, filters=filters.named())
    rows = queries.members(g.viewer, filters, limit=PAGE, after=after)
    page = paging.slice_page(
        rows, PAGE, lambda row: paging.Cursor(filters.sort, row.key, row.id, filters.named()))
    base = f"{g.viewer.community.url}members"
    older = f"{base}?" + urlencode({"sort": filters.sort, **filters.named(), "cursor": page.next_cursor}) \
        if page.next_cursor else ""
    tabs = [(label, f"{base}?" + urlencode({**filters.named(), "sort": name}), name == filters.sort) for name, label in SORTS]
    return render("communities/members.html", "communities/_members_page.html", members=page.items, older=older, tabs=tabs,
                  filters=filters, requests=queries.requests(g.viewer) if after is None and filters.is_plain else ())


def _filters() -> MemberFilters:
    """What the address asks for; a value nobody offered counts as not given."""
    asked = request.args

    def one_of(name: str, values: Collection[str], default: str = "") -> str:
        return value if (value := asked.get(name, "")) in values else default

    return MemberFilters(q=clean(asked.get("q", ""))[:60].strip(), role=one_of("role", ROLES),
                         trust=one_of("trust", ("NEW", "ACTIVE", "TRUSTED")), online=asked.get("online") == "1",
                         sort=one_of("sort", queries.MEMBER_SORTS, "active"))


@bp.post("/members/<number>/approve")
def approve(number: str) -> Response:
    services.approve_request(number_of(number), by=g.viewer)
    return _after_answer("Welcome to them.")


@bp.post("/members/<number>/decline")
def decline(number: str) -> Response:
    form = bind(DeclineForm, request.form)
    if not form.valid:
        raise Invalid("Keep the reason below 500 characters.")
    services.decline_request(number_of(number), by=g.viewer, reason=form.data.reason)
    return _after_answer("The request was declined.")


def _after_answer(toast: str) -> Response:
    inputs = {"requests": queries.requests(g.viewer), "base": f"{g.viewer.community.url}members"}
    return respond(replaced("requests", fragment("communities/_requests.html", **inputs)),
                   otherwise=f"{g.viewer.community.url}members", toast=toast)
