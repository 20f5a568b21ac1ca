"""Seeing a community as somebody with fewer rights would: a viewer made of the real one, never with more rights."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from community.communities.policies.reading import can_know_space, can_read_community, can_read_space
from community.core.authz import Decision, Deny
from community.core.viewer import ROLES, Grant, Membership, Viewer

SEEN_AS = {"visitor": "a visitor", "new_member": "a new member", "member": "a member", "moderator": "a moderator"}
"""Roles, not persons: what may be looked through, and how it is called."""
NOBODY = str(UUID(int=0))


def can_view_as(by: Viewer, role: str) -> Decision:
    """The staff, with the eyes of a role below the own."""
    if not by.is_staff or not can_read_community(by):
        return Deny("Only the staff of this community looks at it as others do.")
    if role not in SEEN_AS:
        return Deny("There is no such role.")
    return True if role != "moderator" or by.rank > ROLES.index("MODERATOR") else Deny("You are a moderator yourself.")


def seen_as(real: Viewer, role: str, joined: Collection[int]) -> Viewer:
    """The viewer of a role in the community at hand. `joined` are the spaces everybody is in who joins.

    It belongs to no account (id 0), owns nothing, is in no space by itself, and reads only what `real` reads too.
    """
    lowered = replace(real, user=None, session_id=None, confirmed_at=None, member=None, spaces=(), communities=(),
                      unread_notifications=0, marks={}, seen_as=role)
    if role != "visitor" and real.user is not None:
        rank = "MODERATOR" if role == "moderator" else "MEMBER"
        trust = {"new_member": "NEW", "moderator": "TRUSTED"}.get(role, "ACTIVE")
        lowered = replace(
            lowered, user=replace(real.user, id=0, public_id=NOBODY, site_role="USER", status="ACTIVE"),
            member=Membership(id=0, role=rank, status="ACTIVE", trust_level=trust, muted_until=None))
    if not can_read_community(lowered):
        return lowered
    return replace(lowered, spaces=tuple(
        grant for grant in (_lowered(lowered, space, is_member=space.id in joined) for space in real.spaces) if grant))


def _lowered(viewer: Viewer, space: Grant, *, is_member: bool) -> Grant | None:
    inside = is_member and space.is_member and viewer.member is not None
    if not can_know_space(viewer, space.visibility, is_space_member=inside):
        return None
    readable = space.readable and can_read_space(viewer, space.visibility, is_space_member=inside)
    return replace(space, readable=readable, role="MEMBER" if inside else None, is_member=inside, unread=False)
