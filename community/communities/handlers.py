"""Mails that follow from memberships, and the net under the cache: generations are raised again from events, in case a
process died right after its commit."""

from __future__ import annotations

from sqlalchemy import select

from community.accounts.events import UserAnonymised
from community.accounts.queries import with_profile
from community.adapters.mail import send
from community.communities import mails, queries, services
from community.communities.events import (
    CommunityCreated,
    CommunityDeleted,
    CommunityRestored,
    CommunityUpdated,
    EmojiChanged,
    InviteCreated,
    MemberApproved,
    MemberDeclined,
    MemberJoined,
    MemberLeft,
    MemberRequested,
    MemberRoleChanged,
    MemberStatusChanged,
    MemberTrustChanged,
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
from community.communities.models import Community, Invite, Member, SpaceMember
from community.communities.services.parting import end_memberships_of
from community.core import broadcast, cache
from community.core.outbox import Delivered, Skip, handles
from community.core.transactions import unit_of_work
from community.extensions import db


@handles(MemberRequested, MemberJoined, MemberLeft, lane="cache")
def forget_grants(deliveries: list[Delivered]) -> None:
    """What these people may do has changed."""
    for user_id in {delivery.actor_user_id for delivery in deliveries if delivery.actor_user_id}:
        cache.raise_generation(f"u:{user_id}")


@handles(MemberApproved, MemberDeclined, MemberRoleChanged, MemberStatusChanged, MemberTrustChanged, lane="cache")
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


@handles(MemberApproved, MemberDeclined, lane="email", outside=True)
def send_answer(delivery: Delivered) -> None:
    """The answer of the staff goes to whoever asked, as long as it holds."""
    with unit_of_work(commit=False):
        member = db.session.get_one(Member, delivery.event.member_id)
        user, place = with_profile(member.user_id), db.session.get_one(Community, member.community_id)
        is_in = isinstance(delivery.event, MemberApproved)
        if member.status != ("ACTIVE" if is_in else "ARCHIVED"):
            raise Skip
        mail = mails.approved(user, place) if is_in else mails.declined(user, place, member.status_reason or "")
    send(mail, key=delivery.delivery_key)


@handles(InviteCreated, lane="email", outside=True)
def send_invitation(delivery: Delivered) -> None:
    """Mail an invitation to its address, unless that belongs to a member, or it was taken back meanwhile."""
    with unit_of_work(commit=False):
        invite = db.session.get(Invite, delivery.event.invite_id)
        if invite is None or invite.email is None or queries.state_of(invite) != "OPEN":
            raise Skip
        if queries.belongs(invite.community_id, invite.email):
            mail = None
        else:
            [inviter] = queries.rows_of([invite.created_by])
            mail = mails.invitation(invite, db.session.get_one(Community, invite.community_id), inviter.name)
    if mail is not None:
        send(mail, key=delivery.delivery_key)
    with unit_of_work():
        services.note_mailed(delivery.event.invite_id)


@handles(CommunityCreated, CommunityUpdated, CommunityDeleted, CommunityRestored, EmojiChanged, SpaceCreated,
         SpaceUpdated, SpaceVisibilityChanged, SpaceArchived, SpaceDeleted, lane="cache")
def forget_places(deliveries: list[Delivered]) -> None:
    """What these communities look like has changed."""
    ids = {delivery.community_id for delivery in deliveries}
    for slug in db.session.scalars(select(Community.slug).where(Community.id.in_(ids))):
        cache.raise_generation(f"c:{slug}")


@handles(UserAnonymised, lane="cache")
def end_memberships(deliveries: list[Delivered]) -> None:
    """Whoever left the site is in no community any more."""
    for user_id in sorted({delivery.event.user_id for delivery in deliveries}):
        end_memberships_of(user_id)
