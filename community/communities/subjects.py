"""Communities and spaces can be listened to by those who read them; and how viewers are loaded."""

from __future__ import annotations

import uuid

from flask import Flask

from community.accounts.policies import register_owning, register_sharing
from community.communities import levels
from community.communities.models import Community, Space
from community.communities.policies import shares_community
from community.communities.queries.owning import owned_alone
from community.core import topics
from community.core.errors import AppError
from community.core.viewer import Viewer, elsewhere, reader_in
from community.extensions import db


def register(app: Flask) -> None:
    """Make the topics, the access levels and the loading of viewers known."""
    levels.register()
    register_sharing(shares_community)
    register_owning(owned_alone)
    topics.register("community", can_follow_community)
    topics.register("space", can_follow_space)


def can_follow_community(viewer: Viewer, public_id: str) -> bool:
    """Whoever reads the community."""
    from community.communities.policies import can_read_community

    found = db.session.query(Community.id).filter_by(public_id=uuid.UUID(public_id)).scalar()
    there = _in(viewer, found)
    return there is not None and can_read_community(there)


def can_follow_space(viewer: Viewer, public_id: str) -> bool:
    """Whoever reads the space."""
    found = db.session.query(Space.id, Space.community_id).filter_by(public_id=uuid.UUID(public_id)).one_or_none()
    there = _in(viewer, found.community_id if found else None)
    return there is not None and found is not None and found.id in there.readable_space_ids


def _in(viewer: Viewer, community_id: int | None) -> Viewer | None:
    if community_id is None:
        return None
    try:
        return reader_in(elsewhere(viewer), community_id)
    except AppError:
        return None
