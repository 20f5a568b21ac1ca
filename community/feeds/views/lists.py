"""The home feed, and the feeds of communities and spaces."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from flask import Response, g, request

from community.accounts import queries as accounts
from community.communities import policies as communities
from community.communities.queries import closed_spaces, default_emoji, get_space, space_facts, space_staff
from community.core.errors import NotFound
from community.core.markdown import as_markup
from community.core.page import show_live
from community.core.responses import redirect, render
from community.core.topics import topic
from community.core.web import access, blueprint
from community.feeds import paged, queries
from community.feeds.queries import Filters
from community.posts.policies import can_create

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SORT_LABELS = (("latest", "Latest"), ("activity", "Active"), ("top", "Top"), ("unanswered", "Unanswered"))

site = blueprint("home", access="anyone")
bp = blueprint("feeds", access="lobby", tenant=True)


@site.get("/")
def home() -> Response:
    """The viewer's communities; a guest sees what the place is and the public posts, the first of all sets it up."""
    filters = queries.filters_from(request.args)
    g.palette = default_emoji()
    result = paged.posts(filters, lambda limit, after: queries.home_feed(g.viewer, filters, limit=limit, after=after))
    if g.viewer.is_guest and not result["cards"] and not accounts.has_site_admin():
        return redirect("/setup")
    show_live(*(topic("community", one.public_id) for one in g.viewer.communities),
              *(topic("space", public_id) for public_id in closed_spaces(g.viewer)))
    return render("feeds/home.html", "feeds/_page.html", result=result, tabs=tabs("/", filters, ("latest", "activity", "top")),
                  fresh=_fresh(result, "home", "/fresh", "/"))


@site.get("/fresh")
def fresh_home() -> Response:
    return _newer("home", "/fresh", "/", None)


@bp.get("/")
def community() -> Response:
    """The feed of a community; who may not read it is led to what it says about itself."""
    if not communities.can_read_community(g.viewer):
        return redirect(f"{g.viewer.community.url}about")
    place = g.viewer.community
    filters = queries.filters_from(request.args)
    result = paged.posts(filters, lambda limit, after: queries.community_feed(g.viewer, filters, limit=limit, after=after))
    show_live(topic("community", place.public_id),
              *(topic("space", space.public_id) for space in g.viewer.spaces if space.readable and space.visibility != "PUBLIC"))
    scope = f"community-{place.public_id}"
    return render("feeds/community.html", "feeds/_page.html", result=result, filters=filters, tabs=tabs(place.url, filters),
                  fresh=_fresh(result, scope, f"{place.url}fresh", place.url), can_create=can_create(g.viewer, None),
                  can_join=communities.can_join(g.viewer))


@bp.get("/fresh")
@access("reader")
def fresh_community() -> Response:
    place = g.viewer.community
    return _newer(f"community-{place.public_id}", f"{place.url}fresh", place.url, None)


@bp.get("/s/<space>/")
@access("reader")
def space(space: str) -> Response:
    """The feed of a space; members of the community learn of closed spaces what they are for."""
    found = get_space(g.viewer, space)
    filters = queries.filters_from(request.args, default_sort=found.default_sort, space_id=found.id)
    result = paged.posts(filters, lambda limit, after: queries.community_feed(g.viewer, filters, limit=limit, after=after))
    if found.readable:
        show_live(topic("space", found.public_id))
    return render("feeds/space.html", "feeds/_page.html", space=found, result=result, filters=filters,
                  tabs=tabs(found.url, filters, default=found.default_sort),
                  fresh=_fresh(result, f"space-{found.public_id}", f"{found.url}fresh", found.url),
                  facts=(facts := space_facts(g.viewer, found)), rules=as_markup(facts.rules_html),
                  staff=space_staff(found) if found.readable else (),
                  can_edit=bool(communities.can_edit_space(g.viewer, found)),
                  can_see_members=bool(communities.can_see_space_members(g.viewer, found)),
                  can_create=can_create(g.viewer, found), can_join=communities.can_join_space(g.viewer, found))


@bp.get("/s/<space>/fresh")
@access("reader")
def fresh_space(space: str) -> Response:
    found = get_space(g.viewer, space)
    if not found.readable:
        raise NotFound
    return _newer(f"space-{found.public_id}", f"{found.url}fresh", found.url, found.id)


def tabs(url: str, filters: Filters, sorts: Sequence[str] = (), *, default: str = "latest") -> list[tuple[str, str, bool]]:
    """The orders of a feed as tabs: label, address, whether it is the one shown."""
    return [(label, url if name == default else f"{url}?sort={name}", filters.sort == name)
            for name, label in SORT_LABELS if not sorts or name in sorts]


def _fresh(result: dict[str, Any], scope: str, url: str, href: str) -> dict[str, str]:
    """The bar of new posts: it asks for what came after the newest post shown, or after the page was read."""
    micros = (result["since"] - EPOCH) // dt.timedelta(microseconds=1)
    return {"scope": scope, "url": f"{url}?since={micros}", "href": href}


def _newer(scope: str, url: str, href: str, space_id: int | None) -> Response:
    since = request.args.get("since", "")
    if not re.fullmatch("[0-9]{1,17}", since):
        raise NotFound
    count = queries.count_newer(g.viewer, EPOCH + dt.timedelta(microseconds=int(since)), space_id=space_id)
    fresh = {"scope": scope, "url": f"{url}?since={since}", "href": href}
    return render("feeds/fresh.html", "feeds/_fresh.html", fresh=fresh, count=count)
