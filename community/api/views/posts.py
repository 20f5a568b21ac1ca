"""Posts. In public communities they are read without an account, too."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from flask import g
from pydantic import Field, StringConstraints

from community.accounts.policies import hiding
from community.api.basis import Query, get
from community.api.queries import places, posts
from community.api.queries.posts import Wanted
from community.api.shapes import PostPage, PostShape
from community.core import paging
from community.core.errors import LoginNeeded, NotFound
from community.core.viewer import Viewer
from community.posts.queries import get_post

SORT = "api-posts"


class PostQuery(Query):
    """What narrows the list, and where it goes on."""

    community_id: uuid.UUID
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    cursor: str | None = None
    author_id: uuid.UUID | None = None
    """A member."""
    category_id: uuid.UUID | None = None
    tag: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None


class OnePostQuery(Query):
    """What is added to the answer."""

    include: Literal["contentHtml"] | None = None


@get("/posts", answers=PostPage, query=PostQuery, level="anyone")
def list_posts(query: PostQuery) -> PostPage:
    """Posts of a community that the caller reads, the newest first."""
    viewer = _enter(query.community_id)
    wanted = Wanted(query.community_id, query.author_id, query.category_id, query.tag)
    after = paging.position(query.cursor, sort=SORT, filters=wanted.named())
    rows = posts.posts(viewer, wanted, limit=query.limit, after=after)
    page = paging.slice_page(rows, query.limit, lambda row: paging.Cursor(SORT, row.at, row.id, wanted.named()))
    return PostPage(posts=posts.shaped(page.items), next_cursor=page.next_cursor)


@get("/posts/<slug_or_id>", answers=PostShape, query=OnePostQuery, level="anyone")
def one_post(slug_or_id: str, query: OnePostQuery) -> PostShape:
    """A post with its text, named by its id or its slug. One by somebody who is absent for the caller is not found."""
    try:
        number, community_id = posts.place_of_post(slug_or_id)
        viewer = _enter(community_id)
    except NotFound:
        if g.viewer.is_guest:
            raise LoginNeeded from None
        raise NotFound from None
    if hiding(viewer, get_post(viewer, number).author_id, "thread") is not None:
        raise NotFound
    return posts.post(number, with_html=query.include == "contentHtml")


def _enter(community_id: uuid.UUID) -> Viewer:
    """The caller in a community. A guest learns of none that is not public, and is asked to log in."""
    try:
        return places.enter(g.viewer, community_id)
    except NotFound:
        if g.viewer.is_guest:
            raise LoginNeeded from None
        raise
