"""Posts can be commented and reacted to."""

from __future__ import annotations

import uuid
from typing import cast

from flask import Flask

from community.communities.services import register_followers
from community.core import subjects, topics
from community.core.errors import AppError
from community.core.viewer import Viewer, elsewhere, reader_in
from community.extensions import db
from community.posts import policies, queries, services
from community.posts.models import Post
from community.posts.topics import FOLLOWERS
from community.posts.urls import base_of, url_of


def register(app: Flask) -> None:
    """Make posts known to the tiers below, and their topic to the socket."""
    subjects.register("post", subjects.Kind(
        load=queries.get_post, load_public=queries.get_public, peek=queries.peek,
        can_react=lambda by, post: policies.can_react(by, cast(Post, post)),
        can_comment=lambda by, post: policies.can_comment(by, cast(Post, post)),
        closed_reason=lambda post: policies.closed_reason(cast(Post, post)),
        count_comments=lambda post, by, at: services.count_comments(cast(Post, post), by, at),
        forget_answer=lambda post, comment_id: services.forget_answer(cast(Post, post), comment_id),
        count_reactions=lambda post, likes, reactions: services.count_reactions(cast(Post, post), likes, reactions),
        url_of=lambda post: url_of(cast(Post, post)), base_of=lambda post: base_of(cast(Post, post)),
        topic_of=lambda post: topics.topic("post", post.public_id), space_of=lambda post: cast(Post, post).space_id))
    topics.register("post", can_follow)
    register_followers(FOLLOWERS)


def can_follow(viewer: Viewer, public_id: str) -> bool:
    """Whether the viewer may hear what happens on a post: whoever reads it."""
    post = db.session.query(Post).filter_by(public_id=uuid.UUID(public_id)).one_or_none()
    if post is None:
        return False
    try:
        return policies.can_read(reader_in(elsewhere(viewer), post.community_id), post)
    except AppError:
        return False
