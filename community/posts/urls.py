"""Addresses of posts."""

from __future__ import annotations

from sqlalchemy import select

from community.communities.models import Community
from community.extensions import db
from community.posts.models import Post


def url_of(post: Post, action: str | None = None, *, place: str | None = None) -> str:
    """The page of a post; with an `action` the address below it, which stands without the slug.

    `place` is the community's own address where the caller knows it; else it is looked up.
    """
    home = place or f"/c/{db.session.scalar(select(Community.slug).where(Community.id == post.community_id))}/"
    return f"{home}p/{post.id}/{action}" if action else f"{home}p/{post.id}-{post.slug}"
