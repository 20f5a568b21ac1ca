"""The tags and categories of a community, and the posts under each."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, g, request

from community.communities import queries as topics
from community.core import paging
from community.core.responses import render
from community.core.web import blueprint
from community.feeds import paged, queries
from community.feeds.queries import Filters
from community.feeds.views import lists

bp = blueprint("topics", access="reader", tenant=True)
TAGS = 60


@bp.get("/tags")
def tags() -> Response:
    """The tags the viewer finds posts under, the most used first."""
    q = " ".join(request.args.get("q", "").split())[:50]
    after = paging.position(request.args.get("cursor"), sort="posts", filters={"q": q})
    rows = topics.tags(g.viewer, limit=TAGS, after=after, q=q)
    page = paging.slice_page(rows, TAGS, lambda row: paging.Cursor("posts", row.posts, row.id, {"q": q}))
    return render("feeds/tags.html", "feeds/_tags_page.html", tags=page.items, q=q, older=paged.older(page.next_cursor),
                  categories=topics.categories(g.viewer) if after is None and not q else ())


@bp.get("/tags/<tag>")
def tag(tag: str) -> Response:
    """The posts with a tag; the address of one that was merged leads to the other."""
    found = topics.get_tag(g.viewer, tag)
    return _topic(found, found.name, replace(queries.filters_from(request.args), tag=found.slug))


@bp.get("/categories/<category>")
def category(category: str) -> Response:
    """The posts of a category and of what stands below it."""
    found = topics.get_category(g.viewer, category)
    below = topics.branch(topics.categories(g.viewer), found.id)
    return _topic(found, found.name, replace(queries.filters_from(request.args), category_ids=tuple(below)))


def _topic(topic: topics.TagRow | topics.CategoryRow, name: str, filters: Filters) -> Response:
    result = paged.posts(filters, lambda limit, after: queries.community_feed(g.viewer, filters, limit=limit, after=after))
    return render("feeds/topic.html", "feeds/_page.html", topic=topic, name=name, result=result, filters=filters,
                  is_tag=filters.tag is not None, tabs=lists.tabs(topic.url, filters, ("latest", "activity", "top")))
