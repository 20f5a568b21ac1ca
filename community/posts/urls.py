"""Addresses of posts."""

from __future__ import annotations

from community.communities.queries import slug_of_community
from community.posts.models import Post


def url_of(post: Post) -> str:
    """The page of a post."""
    return f"{base_of(post)}-{post.slug}"


def base_of(post: Post) -> str:
    """The address of a post without its slug, below which its parts stand."""
    return f"/c/{slug_of_community(post.community_id)}/p/{post.id}"
