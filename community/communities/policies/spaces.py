"""Who comes into a space, who looks after it, and who settles it."""

from __future__ import annotations

from community.communities.policies.reading import can_see_members
from community.communities.policies.standing import rank_in
from community.communities.policies.writing import can_write_here
from community.core.authz import Decision, Deny
from community.core.viewer import ROLES, Grant, Viewer

MOST_SPACES = 200
STRICTNESS = {"PUBLIC": 0, "PRIVATE": 1, "INVITE_ONLY": 2, "HIDDEN": 3}


def can_join_space(by: Viewer, space: Grant) -> Decision:
    """Becoming a member of a space, or asking to: open ones freely, the others by request or invitation."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    if space.is_member:
        return Deny("You are in this space already.")
    if space.is_banned and not by.is_admin:
        return Deny("You are banned from this space.")
    if space.is_archived:
        return Deny("This space is archived.")
    if by.is_admin or space.is_invited or space.visibility in ("PUBLIC", "PRIVATE"):
        return True
    return Deny("This space is joined by invitation only.")


def joins_at_once(by: Viewer, space: Grant) -> bool:
    """Whether joining makes a member, or a request that the space's staff answers."""
    return by.is_admin or space.is_invited or not space.join_approval


def can_leave_space(by: Viewer, space: Grant) -> Decision:
    """Leaving, withdrawing a request, declining an invitation."""
    return can_write_here(by)


def can_see_space_members(viewer: Viewer, space: Grant) -> Decision:
    """Who is in a space: those who read it, where the member list is open to them."""
    if not space.readable:
        return Deny("Only those who read this space see who is in it.")
    return can_see_members(viewer)


def can_moderate_space(by: Viewer, space: Grant) -> Decision:
    """Answering requests, inviting, muting and banning: the staff of the space."""
    allowed = _acts(by)
    if not allowed:
        return allowed
    return True if rank_in(by, space) >= 1 else Deny("Only the staff of this space does that.")


def can_act_on(by: Viewer, space: Grant, rank: int) -> Decision:
    """Muting, banning or removing somebody of this rank: only from above."""
    allowed = can_moderate_space(by, space)
    if not allowed:
        return allowed
    return True if rank_in(by, space) > rank else Deny("Nobody acts on somebody of equal or higher rank.")


def can_give_role(by: Viewer, space: Grant, rank: int, role: str) -> Decision:
    """Giving somebody of this rank a role in the space: below the own, to those below oneself."""
    allowed = can_edit_space(by, space)
    if not allowed:
        return allowed
    if rank_in(by, space) <= rank:
        return Deny("Nobody acts on somebody of equal or higher rank.")
    return True if ROLES.index(role) < rank_in(by, space) else Deny("You cannot give a role as high as your own.")


def can_edit_space(by: Viewer, space: Grant) -> Decision:
    """Its texts, rules, readers and roles: owners and admins of the space, and admins of the community."""
    allowed = _acts(by)
    if not allowed:
        return allowed
    return True if rank_in(by, space) >= 2 else Deny("Only admins of this space change it.")


def can_delete_space(by: Viewer, space: Grant) -> Decision:
    """Deleting and archiving: who owns the space, and admins of the community."""
    allowed = _acts(by)
    if not allowed:
        return allowed
    return True if rank_in(by, space) >= 3 else Deny("Only the owner of this space and the admins do that.")


def is_as_strict(visibility: str, other: str) -> bool:
    """Whether no more people read a space of this visibility than one of the other."""
    return STRICTNESS[visibility] >= STRICTNESS[other]


def can_feature_space(by: Viewer) -> Decision:
    """What concerns the whole community: order, the spaces everybody joins, those that are featured."""
    allowed = _acts(by)
    if not allowed:
        return allowed
    return True if by.is_admin else Deny("You need to be an admin of this community.")


def can_edit_taxonomy(by: Viewer) -> Decision:
    """Tags, categories and emoji: admins of the community."""
    return can_feature_space(by)


def _acts(by: Viewer) -> Decision:
    return True if by.is_site_admin else can_write_here(by)
