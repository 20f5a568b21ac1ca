"""Notifications are nobody's business but their owner's."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select

from community.comments.policies import shown_comments
from community.communities.models import Community, Space
from community.communities.policies import knowable_spaces, readable_communities, visible_spaces
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer
from community.notifications.models import Notification
from community.posts.models import Post
from community.posts.policies import shown_posts

STAFF_WORK = ("MEMBER_REQUESTED", "SPACE_REQUESTED")
"""What staff is told of whoever it concerns: blocks and mutes hide nothing from the work."""


def can_read_own(by: Viewer) -> Decision:
    """Whoever is logged in has notifications."""
    return True if by.user is not None else Deny("Log in to see your notifications.")


def is_still_read(viewer: Viewer) -> ColumnElement[bool]:
    """Whether a notification may still say what it said.

    One about a comment: while that stands where the viewer reads (joins it, its post, community and space). One about a
    membership, the own or one that was to be answered, or about the own account or a follow: always. One about a space: while the
    viewer may know of it.
    """
    comment = and_(shown_comments(), shown_posts(), readable_communities(viewer),
                   or_(Post.space_id.is_(None), visible_spaces(viewer)))
    space = exists(select(Space.id).join(Community, Community.id == Space.community_id)
                   .where(Space.id == Notification.entity_id, knowable_spaces(viewer)).correlate(Notification))
    always = Notification.entity_type.in_(("member", "user", "security_alert"))
    return or_(always, and_(Notification.entity_type == "space", space), comment)
