"""Who may invite, with which role, and who may come in by an invitation."""

from __future__ import annotations

from community.accounts.policies import can_write
from community.communities import preferences
from community.communities.policies.writing import can_write_here
from community.core.authz import Decision, Deny
from community.core.viewer import ROLES, Grant, Viewer

DAILY, DAILY_STAFF = 20, 200
"""Invitations a member, and one of the staff, may make in 24 hours."""


def can_invite(by: Viewer) -> Decision:
    """The staff; members where the community allows it and they are not new."""
    allowed = can_write_here(by)
    if not allowed or by.is_staff:
        return allowed
    if by.community is None or not preferences.of(by.community.settings).allow_member_invites:
        return Deny("Only the staff of this community invites people.")
    if by.member is not None and by.member.trust_level == "NEW":
        return Deny("You can invite people once you have been here for a while.")
    return True


def can_invite_as(by: Viewer, role: str, space: Grant | None) -> Decision:
    """Nobody gives a role at or above the own, or leads into a space they are not in."""
    allowed = can_invite(by)
    if not allowed:
        return allowed
    if role != "MEMBER" and by.rank <= ROLES.index(role):
        return Deny("You can only give roles below your own.")
    if space is not None and not (by.is_admin or (space.readable and (space.is_member or space.visibility == "PUBLIC"))):
        return Deny("You can only invite to spaces you are in.")
    return True


def can_see_invites(viewer: Viewer) -> Decision:
    """Whoever may invite sees the own ones; the staff sees all."""
    return can_invite(viewer)


def can_revoke_invite(by: Viewer, created_by: int) -> Decision:
    """One's own, and any of them for the staff."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    own = by.member is not None and by.member.id == created_by
    return True if own or by.is_staff else Deny("This is not your invitation.")


def can_accept_invite(by: Viewer) -> Decision:
    """Anybody with a proven address who is not banned here."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if by.member is not None and by.member.status == "BANNED":
        return Deny("You are banned from this community.")
    return True
