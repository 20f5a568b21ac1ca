"""Which communities hang on one person."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from community.communities.models import Community, Member
from community.extensions import db


def owned_alone(user_id: int) -> Sequence[str]:
    """The names of the communities a user is the only active owner of; deleted ones do not count."""
    other = aliased(Member)
    shared = select(other.id).where(other.community_id == Member.community_id, other.role == "OWNER",
                                    other.status == "ACTIVE", other.user_id != user_id).exists()
    return db.session.scalars(
        select(Community.name).join(Member, Member.community_id == Community.id)
        .where(Member.user_id == user_id, Member.role == "OWNER", Member.status == "ACTIVE", ~shared,
               Community.deleted_at.is_(None)).order_by(Community.name)).all()
