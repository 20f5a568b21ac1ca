"""Which topic hears what of posts."""

from __future__ import annotations

from sqlalchemy import select

from community.communities.models import Community, Space
from community.core import broadcast
from community.core.fragments import removed
from community.core.ids import dom_id
from community.core.topics import topic
from community.core.viewer import Viewer
from community.extensions import db
from community.posts.models import Post


def published(post: Post, by: Viewer) -> None:
    """Tell open feeds that there is something new: to all readers only what all of them may read."""
    actor = by.user.public_id if by.user else None
    space = db.session.get(Space, post.space_id) if post.space_id else None
    if space is not None:
        broadcast.hint(topic("space", space.public_id), "feed:new", id=str(post.public_id), actor=actor)
    if space is None or space.visibility == "PUBLIC":
        public_id = db.session.execute(select(Community.public_id).where(Community.id == post.community_id)).scalar_one()
        broadcast.hint(topic("community", public_id), "feed:new", id=str(post.public_id), actor=actor)


def edited(post: Post, by: Viewer) -> None:
    """Tell readers that the text they see is not the latest."""
    broadcast.hint(_topic(post), "post:edited", id=str(post.public_id), actor=by.user.public_id if by.user else None)


def deleted(post: Post) -> None:
    """Take the post off the pages that show it."""
    broadcast.push(_topic(post), removed(dom_id(post)))


def _topic(post: Post) -> str:
    return topic("post", post.public_id)
