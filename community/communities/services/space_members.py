"""Looking after the people of a space: answering and inviting, roles, mutes, bans. Everything takes effect at once."""

from __future__ import annotations

import datetime as dt

from community.communities import policies, queries
from community.communities.events import (
    SpaceMemberApproved,
    SpaceMemberDeclined,
    SpaceMemberInvited,
    SpaceMemberJoined,
    SpaceMemberRestricted,
    SpaceMemberRoleChanged,
)
from community.communities.models import Member, Space, SpaceMember
from community.communities.services.rows import insert, tally
from community.communities.services.spaces import add_to_space, is_banned
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import Grant, Viewer
from community.extensions import db


def approve_space_request(space: Grant, number: int, *, by: Viewer) -> None:
    """Let somebody in who asked. Raises `NotFound`, and `Conflict` for a request that was answered or withdrawn."""
    require(policies.can_moderate_space(by, space))
    member, row = _waiting(space, number, "PENDING")
    _let_in(space, member, by)
    record(SpaceMemberApproved(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                               actor_user_id=by.user_id))


def decline_space_request(space: Grant, number: int, *, by: Viewer) -> None:
    """Say no to somebody who asked, or take an invitation back. Raises as `approve_space_request`."""
    require(policies.can_moderate_space(by, space))
    member, row = _waiting(space, number, "PENDING", "INVITED")
    was_asked = row.status == "PENDING"
    row.status = "LEFT"
    _rights_changed(member)
    if was_asked:
        record(SpaceMemberDeclined(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                                   actor_user_id=by.user_id))


def invite_to_space(space: Grant, username: str, *, by: Viewer) -> None:
    """Invite a member of the community; who had asked is let in. Raises `Invalid` for who cannot be invited."""
    require(policies.can_moderate_space(by, space))
    member = queries.member_named(by.community.id if by.community else 0, username)
    if member is None:
        raise Invalid(fields={"username": "No member of this community has this name."})
    row = _row(space, member)
    if row.status == "ACTIVE":
        raise Invalid(fields={"username": "They are in this space already."})
    if is_banned(row):
        raise Invalid(fields={"username": "They are banned from this space. Lift the ban first."})
    if row.status == "PENDING":
        _let_in(space, member, by)
        return
    row.status, row.invited_by = "INVITED", by.member.id if by.member else None
    db.session.flush()
    record(SpaceMemberInvited(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                              actor_user_id=by.user_id))
    _rights_changed(member)


def give_space_role(space: Grant, number: int, role: str, *, by: Viewer) -> None:
    """Give a member of the space another role there. Raises `NotConfirmed`, and `Conflict` for who is not in it."""
    require(policies.can_edit_space(by, space))
    require_recent(by)
    member, row, rank = _target(space, number)
    require(policies.can_give_role(by, space, rank, role))
    if row.status != "ACTIVE":
        raise Conflict("They are not in this space.")
    old = row.role
    if old == role:
        return
    row.role = role
    audit("PERMISSION_CHANGE", "space_member.role", ("space_member", row.id), by=by, community_id=member.community_id,
          before={"role": old}, after={"role": role})
    record(SpaceMemberRoleChanged(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                                  actor_user_id=by.user_id, old=old, new=role))
    _rights_changed(member)


def mute_in_space(space: Grant, number: int, *, until: dt.datetime, reason: str, by: Viewer) -> None:
    """Keep somebody from writing in the space until a moment."""
    require(policies.can_moderate_space(by, space))
    member, row, rank = _target(space, number)
    require(policies.can_act_on(by, space, rank))
    before, row.muted_until = row.muted_until, until
    _restricted(space, member, row, "MUTED", by, reason=reason, before={"muted_until": _iso(before)},
                after={"muted_until": _iso(until)})


def unmute_in_space(space: Grant, number: int, *, by: Viewer) -> None:
    """Let somebody write in the space again."""
    require(policies.can_moderate_space(by, space))
    member, row, rank = _target(space, number)
    require(policies.can_act_on(by, space, rank))
    if row.muted_until is not None:
        before, row.muted_until = row.muted_until, None
        _restricted(space, member, row, "UNMUTED", by, before={"muted_until": _iso(before)}, after={"muted_until": None})


def ban_from_space(space: Grant, number: int, *, until: dt.datetime | None, reason: str, by: Viewer) -> None:
    """Shut somebody out of the space until a moment; None: until the ban is lifted."""
    require(policies.can_moderate_space(by, space))
    member, row, rank = _target(space, number)
    require(policies.can_act_on(by, space, rank))
    before = row.status
    if row.status == "ACTIVE":
        tally(Space, space.id, member_count=-1)
    row.status, row.role, row.banned_until, row.ban_reason = "BANNED", "MEMBER", until, reason
    _restricted(space, member, row, "BANNED", by, reason=reason, before={"status": before},
                after={"status": "BANNED", "banned_until": _iso(until)})


def unban_from_space(space: Grant, number: int, *, by: Viewer) -> None:
    """Lift a ban: they may join, or ask to, like anybody else."""
    require(policies.can_moderate_space(by, space))
    member, row, rank = _target(space, number)
    require(policies.can_act_on(by, space, rank))
    if row.status == "BANNED":
        row.status, row.banned_until, row.ban_reason = "LEFT", None, None
        _restricted(space, member, row, "UNBANNED", by, before={"status": "BANNED"}, after={"status": "LEFT"})


def remove_from_space(space: Grant, number: int, *, by: Viewer) -> None:
    """End somebody's membership of the space; they may come back the way they came."""
    require(policies.can_moderate_space(by, space))
    member, row, rank = _target(space, number)
    require(policies.can_act_on(by, space, rank))
    if row.status == "ACTIVE":
        row.status, row.role = "LEFT", "MEMBER"
        tally(Space, space.id, member_count=-1)
        _restricted(space, member, row, "REMOVED", by, before={"status": "ACTIVE"}, after={"status": "LEFT"})


def _target(space: Grant, number: int) -> tuple[Member, SpaceMember, int]:
    """A member of the community, their row in the space under its lock, and their rank there."""
    member = _member(space, number)
    row = _row(space, member)
    return member, row, policies.space_rank(row.role if row.status == "ACTIVE" else None, member.role)


def _member(space: Grant, number: int) -> Member:
    member = db.session.get(Member, number)
    found = db.session.get(Space, space.id)
    if member is None or found is None or member.community_id != found.community_id or member.status == "ARCHIVED":
        raise NotFound
    return member


def _row(space: Grant, member: Member) -> SpaceMember:
    row = queries.space_member(space.id, member.id)
    if row is None:
        row = SpaceMember(community_id=member.community_id, space_id=space.id, member_id=member.id, role="MEMBER",
                          status="LEFT", contribution=0, notification_level="HIGHLIGHTS")
        insert(row, field="space")
    return row


def _waiting(space: Grant, number: int, *statuses: str) -> tuple[Member, SpaceMember]:
    member = _member(space, number)
    row = queries.space_member(space.id, member.id)
    if row is None:
        raise NotFound
    if row.status not in statuses:
        raise Conflict("This was answered or withdrawn meanwhile.")
    return member, row


def _let_in(space: Grant, member: Member, by: Viewer) -> None:
    found = db.session.get_one(Space, space.id)
    row = add_to_space(found, member.id, role="MEMBER")
    row.approved_by = by.member.id if by.member else None
    record(SpaceMemberJoined(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                             actor_user_id=by.user_id))
    _rights_changed(member)


def _restricted(space: Grant, member: Member, row: SpaceMember, what: str, by: Viewer, *, before: dict[str, object],
                after: dict[str, object], reason: str = "") -> None:
    db.session.flush()
    audit("MODERATION_ACTION", f"space_member.{what.lower()}", ("space_member", row.id), by=by,
          community_id=member.community_id, before=before, after=after, reason=reason)
    record(SpaceMemberRestricted(space_member_id=row.id, space_id=space.id, community_id=member.community_id,
                                 actor_user_id=by.user_id, what=what))
    _rights_changed(member)


def _rights_changed(member: Member) -> None:
    cache.raise_later(f"u:{member.user_id}")
    broadcast.recheck(member.user_id)


def _iso(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
