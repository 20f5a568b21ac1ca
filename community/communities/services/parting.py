"""What becomes of memberships whose person left the site."""

from __future__ import annotations

from community.communities.events import MemberLeft
from community.communities.models import Member
from community.communities.services.membership import end_membership
from community.core.clock import now
from community.core.outbox import record
from community.extensions import db


def end_memberships_of(user_id: int) -> int:
    """End every membership of a person who was erased, and forget what stands beside it. Safe to repeat.

    Bans stay: they concern the community.
    """
    rows = db.session.query(Member).filter(Member.user_id == user_id, Member.status.in_(("PENDING", "ACTIVE", "SUSPENDED")))
    found = rows.order_by(Member.id).with_for_update().all()
    for member in found:
        was_counted = member.status in ("ACTIVE", "SUSPENDED")
        member.status, member.role, member.left_at = "ARCHIVED", "MEMBER", now()
        if was_counted:
            end_membership(member, "LEFT")
        record(MemberLeft(member_id=member.id, community_id=member.community_id, actor_user_id=user_id, was_member=was_counted))
    db.session.query(Member).filter_by(user_id=user_id).update(
        {"nickname": None, "title": "", "join_answers": [], "status_reason": None}, synchronize_session=False)
    return len(found)
