"""A place and how somebody stands in it, as the viewer's record keeps them, and back."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from sqlalchemy import and_, or_, select

from community.communities import policies
from community.communities.models import Community, Member, Space, SpaceMember
from community.communities.queries import emoji_of
from community.core.clock import now
from community.core.text import initials
from community.core.viewer import Emoji, Grant, Home, Membership, Place, Viewer
from community.extensions import db


def stored_place(row: Community) -> dict[str, object]:
    """A community, with the reactions it offers."""
    return asdict(Place(
        id=row.id, public_id=str(row.public_id), name=row.name, slug=row.slug, initials=initials(row.name),
        description=row.description, hue=row.hue, visibility=row.visibility, join_policy=row.join_policy,
        status=row.status, member_count=row.member_count, settings=row.settings,
        emoji=tuple(Emoji(code=one.code, label=one.label, glyph=one.glyph, counts_as_like=one.counts_as_like,
                          is_active=one.is_active, image=one.image) for one in emoji_of(row.id)),
        avatar=row.avatar, banner=row.banner))


def stored_member(row: Member | None) -> dict[str, object] | None:
    """A membership; None for who has none."""
    if row is None or row.deleted_at is not None:
        return None
    return asdict(Membership(id=row.id, role=row.role, status=row.status, trust_level=row.trust_level,
                             muted_until=row.muted_until, is_new=row.welcomed_at is None))


def stored_homes(viewer: Viewer) -> list[dict[str, object]]:
    """The communities a person reads in, the last visited first; at most 50."""
    rows = db.session.execute(
        select(Community.id, Community.public_id, Community.name, Community.slug, Community.hue, Community.avatar)
        .join(Member, Member.community_id == Community.id)
        .where(Member.user_id == viewer.user_id, Member.status.in_(policies.READING), Community.deleted_at.is_(None),
               or_(Community.status == "ACTIVE", Member.role == "OWNER"))
        .order_by(Member.last_active_at.desc().nulls_last(), Community.id).limit(50))
    return [asdict(Home(id=row.id, public_id=str(row.public_id), name=row.name, slug=row.slug, hue=row.hue,
                        initials=initials(row.name), url=f"/c/{row.slug}/", avatar=row.avatar)) for row in rows]


def stored_grants(viewer: Viewer) -> list[dict[str, object]]:
    """The spaces of the place at hand that the viewer knows of, in their order."""
    place = viewer.community
    if place is None or not policies.can_read_community(viewer):
        return []
    rows = db.session.execute(
        select(Space, SpaceMember)
        .outerjoin(SpaceMember, and_(SpaceMember.space_id == Space.id,
                                     SpaceMember.member_id == (viewer.member.id if viewer.member else 0)))
        .where(Space.community_id == place.id, Space.deleted_at.is_(None)).order_by(Space.sort_order, Space.id))
    grants = [_grant(viewer, *row) for row in rows]
    return [asdict(grant) for grant in grants if grant is not None]


def _grant(viewer: Viewer, space: Space, row: SpaceMember | None) -> Grant | None:
    status = _standing(row)
    inside = status == "ACTIVE"
    if not policies.can_know_space(viewer, space.visibility, is_space_member=inside, is_invited=status == "INVITED"):
        return None
    readable = policies.can_read_space(viewer, space.visibility, is_space_member=inside,
                                       is_space_banned=status == "BANNED")
    slug = viewer.community.slug if viewer.community else ""
    return Grant(id=space.id, public_id=str(space.public_id), name=space.name, slug=space.slug, icon=space.icon,
                 description=space.description, visibility=space.visibility, posting_policy=space.posting_policy,
                 is_archived=space.is_archived, readable=readable, role=row.role if row and inside else None,
                 is_member=inside, url=f"/c/{slug}/s/{space.slug}/", status=status,
                 muted_until=row.muted_until if row else None, join_approval=space.join_approval,
                 allowed_kinds=tuple(space.allowed_kinds), default_sort=space.default_sort, color=space.color,
                 banner=space.banner)


def _standing(row: SpaceMember | None) -> str:
    """How somebody stands to a space; a ban whose time is over counts no more."""
    if row is None:
        return ""
    over = row.status == "BANNED" and row.banned_until is not None and row.banned_until <= now()
    return "LEFT" if over else row.status


def with_times(stored: dict) -> dict:  # type: ignore[type-arg]
    """A stored membership or grant, its times as times again."""
    until = stored["muted_until"]
    return stored | {"muted_until": dt.datetime.fromisoformat(until)} if isinstance(until, str) else stored


def as_place(stored: dict) -> Place:  # type: ignore[type-arg]
    """What `stored_place` gave, as the viewer carries it."""
    return Place(**{**stored, "emoji": tuple(Emoji(**one) for one in stored["emoji"])})
