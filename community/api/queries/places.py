"""Communities and spaces as programs get them."""

from __future__ import annotations

import uuid

from sqlalchemy import Select, func, select

from community.accounts.models import Profile, User
from community.api.shapes import CommunityRow, CommunityShape, KeyShape, Me, Membership, SpaceShape, Standing
from community.communities import policies
from community.communities.models import Community, Member
from community.communities.queries import readable_post_count
from community.core.errors import NotFound
from community.core.viewer import Viewer, reader_in
from community.extensions import db


class CommunityNotFound(NotFound):
    """No such community, or none for the one who asks."""

    message = "There is no such community, or you may not see it."

    def __init__(self, name: str) -> None:
        super().__init__()
        self.details = [{"path": [name], "message": self.message, "code": "COMMUNITY_NOT_FOUND"}]


def enter(viewer: Viewer, public_id: uuid.UUID) -> Viewer:
    """The viewer in a community they read. Raises `CommunityNotFound`."""
    return _enter(viewer, select(Community.id).where(Community.public_id == public_id), "communityId")


def enter_named(viewer: Viewer, slug: str) -> Viewer:
    """The viewer in the community of this slug. Raises `CommunityNotFound`."""
    return _enter(viewer, select(Community.id).where(Community.slug == slug), "slug")


def _enter(viewer: Viewer, statement: Select[int], name: str) -> Viewer:
    found = db.session.scalar(statement.where(Community.deleted_at.is_(None)))
    if found is None:
        raise CommunityNotFound(name)
    try:
        inside = reader_in(viewer, found)
    except NotFound:
        raise CommunityNotFound(name) from None
    if not policies.can_read_community(inside):
        raise CommunityNotFound(name)
    return inside


def me(viewer: Viewer) -> Me:
    """Who asks, and where they belong."""
    user, profile = db.session.execute(
        select(User, Profile).join(Profile, Profile.user_id == User.id).where(User.id == viewer.user_id)).one()
    rows = db.session.execute(
        select(Community.public_id.label("id"), Community.slug, Community.name, Member.public_id.label("member_id"),
               Member.role, Member.status)
        .join(Member, Member.community_id == Community.id)
        .where(Member.user_id == user.id, Member.status.in_(("ACTIVE", "SUSPENDED", "PENDING")), Member.deleted_at.is_(None),
               policies.visible_communities(viewer)).order_by(Community.name, Community.id))
    return Me(id=user.public_id, username=user.username, name=profile.display_name, email=user.email,
              avatar=picture(profile.avatar), status=user.status, created_at=user.created_at,
              communities=[Standing(**row._mapping) for row in rows], key=_key(viewer))


def communities(viewer: Viewer, *, limit: int, offset: int) -> tuple[list[CommunityRow], int]:
    """Communities whose content the viewer reads, the largest first, and how many there are."""
    where = policies.readable_communities(viewer)
    total = db.session.scalar(select(func.count()).select_from(Community).where(where)) or 0
    rows = db.session.execute(
        select(Community, readable_post_count(viewer)).where(where)
        .order_by(Community.member_count.desc(), Community.id).limit(limit).offset(offset))
    return [CommunityRow(**_row(one, posts)) for one, posts in rows], total


def community(viewer: Viewer) -> CommunityShape:
    """The community at hand."""
    place = viewer.community
    found, posts = db.session.execute(
        select(Community, readable_post_count(viewer)).where(Community.id == (place.id if place else 0))).one()
    return CommunityShape(**_row(found, posts), about=found.about, rules=found.rules, created_at=found.created_at,
                          membership=_membership(viewer))


def spaces(viewer: Viewer) -> list[SpaceShape]:
    """The spaces of the community at hand that the viewer may know of, in its order."""
    return [SpaceShape(id=uuid.UUID(one.public_id), slug=one.slug, name=one.name, description=one.description,
                       icon=one.icon or None, visibility=one.visibility, posting_policy=one.posting_policy,
                       is_archived=one.is_archived, is_member=one.is_member, is_readable=one.readable, url=one.url)
            for one in viewer.spaces]


def picture(key: str) -> str | None:
    """The address of a person's picture."""
    return f"/media/{key}/256.webp" if key else None


def _row(one: Community, posts: int | None) -> dict[str, object]:
    return {"id": one.public_id, "slug": one.slug, "name": one.name, "description": one.description,
            "visibility": one.visibility, "join_policy": one.join_policy, "member_count": one.member_count,
            "post_count": posts, "url": f"/c/{one.slug}/"}


def _membership(viewer: Viewer) -> Membership | None:
    if viewer.member is None:
        return None
    public_id = db.session.scalars(select(Member.public_id).where(Member.id == viewer.member.id)).one()
    return Membership(member_id=public_id, role=viewer.member.role, status=viewer.member.status)


def _key(viewer: Viewer) -> KeyShape | None:
    if viewer.key is None:
        return None
    place = viewer.key.community_id
    public_id = db.session.scalar(select(Community.public_id).where(Community.id == place)) if place else None
    return KeyShape(permissions=list(viewer.key.permissions), community_id=public_id)
