"""The bell: a number of every page's frame, and a topic of one's own."""

from __future__ import annotations

from flask import Flask

from community.communities import viewers
from community.core import topics
from community.core.viewer import Viewer
from community.notifications.queries import unread_count


def register(app: Flask) -> None:
    """Put the unread count into the viewer's record, and let people hear their own topic."""
    viewers.parts["unread_notifications"] = unread_count
    topics.register("user", can_follow)


def can_follow(viewer: Viewer, public_id: str) -> bool:
    """One's own topic only."""
    return viewer.user is not None and viewer.user.public_id == public_id
