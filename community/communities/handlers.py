"""The net under the cache: generations are raised again from events, in case a process died right after its commit."""

from __future__ import annotations

from sqlalchemy import select

from community.communities.events import (
    CommunityCreated,
    EmojiChanged,
    MemberApproved,
    MemberDeclined,
    MemberJoined,
    MemberLeft,
    MemberRequested,
    SpaceArchived,
    SpaceCreated,
    SpaceDeleted,
    SpaceMemberApproved,
    SpaceMemberDeclined,
    SpaceMemberInvited,
    SpaceMemberJoined,
    SpaceMemberLeft,
    SpaceMemberRequested,
    SpaceMemberRestricted,
    SpaceMemberRoleChanged,
    SpaceUpdated,
    SpaceVisibilityChanged,
)
from community.communities.models import Community, Member, SpaceMember
from community.core import broadcast, cache
from community.core.outbox import Delivered, handles
from community.extensions import db


@handles(MemberRequested, MemberJoined, MemberLeft, lane="cache")
def forget_grants(deliveries: list[Delivered]) -> None:
    """What these people may do has changed."""
    for user_id in {delivery.actor_user_id for delivery in deliveries if delivery.actor_user_id}:
        cache.raise_generation(f"u:{user_id}")


@handles(MemberApproved, MemberDeclined, lane="cache")
def forget_requests(deliveries: list[Delivered]) -> None:
    """What those may do who had asked."""
    ids = {delivery.event.member_id for delivery in deliveries}
    for user_id in db.session.scalars(select(Member.user_id).where(Member.id.in_(ids))):
        cache.raise_generation(f"u:{user_id}")


@handles(SpaceMemberInvited, SpaceMemberRequested, SpaceMemberJoined, SpaceMemberApproved, SpaceMemberDeclined, SpaceMemberLeft,
         SpaceMemberRoleChanged, SpaceMemberRestricted, lane="cache")
def forget_space_grants(deliveries: list[Delivered]) -> None:
    """What these people may do in a space."""
    ids = {delivery.event.space_member_id for delivery in deliveries}
    for user_id in db.session.scalars(select(Member.user_id).join(SpaceMember, SpaceMember.member_id == Member.id)
                                      .where(SpaceMember.id.in_(ids))):
        cache.raise_generation(f"u:{user_id}")
        broadcast.recheck(user_id)


@handles(SpaceVisibilityChanged, SpaceDeleted, lane="cache")
def recheck_readers(deliveries: list[Delivered]) -> None:
    """Whoever may have lost a space is looked at again, where the process that changed it died."""
    if deliveries:
        broadcast.recheck()


@handles(CommunityCreated, EmojiChanged, SpaceCreated, SpaceUpdated, SpaceVisibilityChanged, SpaceArchived, SpaceDeleted,
         lane="cache")
def forget_places(deliveries: list[Delivered]) -> None:
    """What these communities look like has changed."""
    ids = {delivery.community_id for delivery in deliveries}
    for slug in db.session.scalars(select(Community.slug).where(Community.id.in_(ids))):
        cache.raise_generation(f"c:{slug}")
