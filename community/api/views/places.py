"""Who asks, communities and spaces; and the description of it all."""

from __future__ import annotations

from typing import Annotated

from flask import Response, current_app, g, jsonify
from pydantic import Field

from community.api.basis import BLUEPRINTS, Query, get
from community.api.description import description
from community.api.queries import places
from community.api.shapes import CommunityPage, CommunityShape, Me, SpaceList
from community.core.web import access


class PageQuery(Query):
    """A part of a list."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


@get("/me", answers=Me)
def me() -> Me:
    """Who asks, and the communities they belong to."""
    return places.me(g.viewer)


@get("/communities", answers=CommunityPage, query=PageQuery)
def communities(query: PageQuery) -> CommunityPage:
    """Communities the caller reads, the largest first."""
    rows, total = places.communities(g.viewer, limit=query.limit, offset=query.offset)
    return CommunityPage(communities=rows, total=total, has_more=query.offset + len(rows) < total)


@get("/communities/<slug>", answers=CommunityShape)
def community(slug: str) -> CommunityShape:
    """A community the caller reads."""
    return places.community(places.enter_named(g.viewer, slug))


@get("/communities/<slug>/spaces", answers=SpaceList)
def spaces(slug: str) -> SpaceList:
    """The spaces of a community that the caller may know of."""
    return SpaceList(spaces=places.spaces(places.enter_named(g.viewer, slug)))


@access("anyone")
def openapi() -> Response:
    """This description."""
    return jsonify(description(f"{current_app.extensions['config'].site_url}/api"))


for _bp in BLUEPRINTS:
    _bp.add_url_rule("/openapi.json", view_func=openapi)
