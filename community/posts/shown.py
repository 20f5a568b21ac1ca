"""A post ready for its page: flat, with ready strings, without the viewer's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from community.accounts.people import Person
from community.core.fragments import fragment, pressed
from community.core.markdown import as_markup
from community.core.viewer import Viewer
from community.posts import queries
from community.posts.models import Post
from community.posts.queries import TagLink
from community.posts.urls import base_of, url_of
from community.reactions import queries as reactions

KIND_LABELS = {"QUESTION": "Question", "BLOG": "Blog", "LIVE_BLOG": "Live blog", "POLL": "Poll", "VIDEO_REVIEW": "Video",
               "FAN_ART": "Fan art", "THEORY_THREAD": "Theory", "TUTORIAL": "Tutorial", "NEWS": "News"}


@dataclass(frozen=True)
class Shown:
    """What the page of a post shows."""

    dom_prefix = "post"
    public_id: str
    rev: int
    url: str
    base: str
    title: str
    html: Markup
    excerpt: str
    kind: str
    kind_label: str
    status: str
    is_answered: bool
    author: Person
    space_label: str
    space_url: str
    published_at: dt.datetime | None
    edited_at: dt.datetime | None
    reading_minutes: int
    view_count: int
    score: int | None
    comment_count: int
    locked_reason: str | None
    tags: Sequence[TagLink]
    reactions: Markup


def shown_post(viewer: Viewer, post: Post) -> Shown:
    """The post with everything around its text, for a viewer who reads it."""
    space = viewer.space(post.space_id)
    place = viewer.community.url if viewer.community else "/"
    return Shown(
        public_id=str(post.public_id), rev=post.rev, url=url_of(post), base=base_of(post), title=post.title,
        html=as_markup(post.content_html), excerpt=post.excerpt, kind=post.kind, kind_label=KIND_LABELS.get(post.kind, ""),
        status=post.status, is_answered=post.accepted_comment_id is not None, author=queries.author_of(post),
        space_label=f"{space.icon} {space.name}".strip() if space else "", space_url=space.url if space else "",
        published_at=post.published_at, edited_at=post.last_edited_at if post.is_edited else None,
        reading_minutes=post.reading_minutes, view_count=post.view_count, score=post.imported_score,
        comment_count=post.comment_count, locked_reason=post.comments_locked_reason,
        tags=queries.tags_of(post, community_url=place), reactions=_bar(viewer, post))


def _bar(viewer: Viewer, post: Post) -> Markup:
    target = reactions.Target(post.id, post.public_id, post.rev, base_of(post))
    bar = reactions.bars("post", [target], viewer.community.emoji if viewer.community else ())[post.id]
    return pressed(fragment("reactions/_bar.html", bar=bar),
                   reactions.own_marks(viewer, "post", {post.id: post.public_id}))
