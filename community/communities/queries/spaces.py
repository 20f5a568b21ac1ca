"""Spaces and who is in them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from community.communities import policies
from community.communities.models import Community, Space, SpaceMember
from community.core.errors import NotFound
from community.core.viewer import Grant, Viewer
from community.extensions import db


def get_space(viewer: Viewer, slug: str) -> Grant:
    """A space the viewer may know of. Raises `NotFound`."""
    found = viewer.space_by_slug(slug)
    if found is None:
        raise NotFound
    return found


def readable_space_ids(viewer: Viewer, community_ids: Sequence[int]) -> Sequence[int]:
    """Spaces of several communities whose content the viewer reads."""
    statement = (select(Space.id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(community_ids), policies.visible_spaces(viewer)))
    return db.session.scalars(statement).all()


def closed_spaces(viewer: Viewer) -> Sequence[uuid.UUID]:
    """Spaces of the viewer's communities that not every reader of these reads, by public id."""
    if viewer.user is None:
        return []
    mine = [home.id for home in viewer.communities]
    statement = (select(Space.public_id).join(Community, Community.id == Space.community_id)
                 .where(Space.community_id.in_(mine), Space.visibility != "PUBLIC", policies.visible_spaces(viewer)))
    return db.session.scalars(statement.limit(50)).all()


def space_member(space_id: int, member_id: int) -> SpaceMember | None:
    statement = select(SpaceMember).where(SpaceMember.space_id == space_id, SpaceMember.member_id == member_id)
    return db.session.scalars(statement.with_for_update()).first()
