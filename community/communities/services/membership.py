"""Joining a community, asking to, and leaving."""

from __future__ import annotations

import datetime as dt

from community.accounts.queries import who_keep_apart
from community.communities import policies, queries
from community.communities.events import MemberApproved, MemberDeclined, MemberJoined, MemberLeft, MemberRequested
from community.communities.models import Community, Member, MemberPeriod
from community.communities.services.rows import here, insert, membership_changed, tally
from community.communities.services.spaces import add_to_space, auto_joined, leave_spaces
from community.core import broadcast, cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

DECLINED = "DECLINED"
ASK_AGAIN_AFTER = dt.timedelta(days=7)


def join(*, by: Viewer, rules_version: int | None = None) -> Member:
    """Join the community at hand, or ask to where members are approved. Joining twice is no error.

    Where there are rules, `rules_version` is the version that was read and accepted. Raises `Invalid` for another one.
    """
    if by.member is not None and by.member.status in ("ACTIVE", "PENDING"):
        return _own_row(by)
    require(policies.can_join(by))
    community = queries.at_hand(by)
    if community.rules and rules_version != community.rules_version:
        raise Invalid(fields={"accept": "Please read the rules and accept them to join."})
    if community.join_policy == "APPROVAL" and not by.is_site_admin:
        return _request(community, by)
    return enter(community, by.user_id or 0, role="MEMBER")


def leave(*, by: Viewer) -> None:
    """Leave the community at hand, or withdraw the request. Raises `Conflict` for the last owner."""
    require(policies.can_leave(by))
    member = _own_row(by)
    if member.role == "OWNER" and queries.owners_left(member.community_id, without=member.id) == 0:
        raise Conflict("You are the last owner. Transfer ownership first.")
    was_counted = member.status in ("ACTIVE", "SUSPENDED")
    at = now()
    member.status, member.role, member.left_at = "ARCHIVED", "MEMBER", at
    membership_changed(by)
    if not was_counted:
        return
    period = queries.open_period(member.id)
    if period is not None:
        period.ended_at, period.end_reason = at, "LEFT"
    leave_spaces(member)
    tally(Community, member.community_id, member_count=-1)
    record(MemberLeft(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))


def approve_request(member_id: int, *, by: Viewer) -> Member:
    """Let somebody in who asked. Raises `NotFound`, and `Conflict` for a request that was answered or withdrawn."""
    require(policies.can_answer_requests(by))
    member = _waiting(member_id, by)
    accepted = member.rules_version
    enter(queries.get_community(member.community_id), member.user_id, role="MEMBER")
    member.rules_version = accepted
    record(MemberApproved(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))
    return member


def decline_request(member_id: int, *, by: Viewer) -> Member:
    """Say no to somebody who asked; they may ask again after a week. Raises as `approve_request`."""
    require(policies.can_answer_requests(by))
    member = _waiting(member_id, by)
    member.status, member.status_reason, member.left_at = "ARCHIVED", DECLINED, now()
    record(MemberDeclined(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))
    cache.raise_later(f"u:{member.user_id}")
    return member


def _waiting(member_id: int, by: Viewer) -> Member:
    member = db.session.get(Member, member_id, with_for_update=True)
    if member is None or member.community_id != here(by).id:
        raise NotFound
    if member.status != "PENDING":
        raise Conflict("This request was answered or withdrawn meanwhile.")
    return member


def _own_row(by: Viewer) -> Member:
    found = queries.member_of(here(by).id, by.user_id or 0, lock=True)
    if found is None:
        raise Denied("You are not a member of this community.")
    return found


def _request(community: Community, by: Viewer) -> Member:
    member = queries.member_of(community.id, by.user_id or 0, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=by.user_id)
        insert(member, field="member")
    if member.status_reason == DECLINED and member.left_at is not None and now() < member.left_at + ASK_AGAIN_AFTER:
        raise Denied("Your request was declined. You may ask again a week later.")
    member.status, member.status_reason, member.left_at = "PENDING", None, None
    member.rules_version = community.rules_version
    db.session.flush()
    record(MemberRequested(member_id=member.id, community_id=community.id, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")
    return member


def enter(community: Community, user_id: int, *, role: str) -> Member:
    """Make somebody an active member, with an open period, in the spaces everybody joins."""
    member = queries.member_of(community.id, user_id, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=user_id)
        insert(member, field="member")
    elif member.status in ("ACTIVE", "SUSPENDED"):
        return member
    at = now()
    member.status, member.role, member.joined_at, member.left_at = "ACTIVE", role, member.joined_at or at, None
    member.rules_version, member.last_active_at, member.status_reason = community.rules_version, at, None
    db.session.flush()
    db.session.add(MemberPeriod(member_id=member.id, started_at=at))
    for space in auto_joined(community.id, member.id):
        add_to_space(space, member.id, role="MEMBER")
    tally(Community, community.id, member_count=1)
    record(MemberJoined(member_id=member.id, community_id=community.id, actor_user_id=user_id))
    for known in (user_id, *who_keep_apart(user_id)):
        cache.raise_later(f"u:{known}")
    broadcast.recheck(user_id)
    return member
