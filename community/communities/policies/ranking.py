"""Who changes whose role, and who runs the community itself."""

from __future__ import annotations

from community.communities.models import Member
from community.communities.policies.writing import can_write_here
from community.core.authz import Decision, Deny
from community.core.viewer import ROLES, Viewer


def can_manage(by: Viewer) -> Decision:
    """Settings, roles and what else admins do."""
    if by.is_site_admin:
        return True
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    return True if by.is_admin else Deny("You need to be an admin of this community.")


def can_own(by: Viewer) -> Decision:
    """Handing the community over and deleting it: the owners."""
    if by.is_site_admin:
        return True
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    return True if by.rank >= ROLES.index("OWNER") else Deny("You need to be an owner of this community.")


def can_change_role(by: Viewer, member: Member, role: str) -> Decision:
    """Roles below the own, of people below oneself; everybody may step down themselves."""
    own = by.member is not None and by.member.id == member.id
    if own and by.member is not None and by.member.status == "ACTIVE":
        return True if ROLES.index(role) < ROLES.index(member.role) else Deny("You cannot raise your own role.")
    allowed = can_manage(by)
    if not allowed:
        return allowed
    if member.status != "ACTIVE":
        return Deny("Only active members can have another role.")
    if by.is_site_admin:
        return True
    if ROLES.index(member.role) >= by.rank:
        return Deny("You can only change the roles of people below your own.")
    return True if ROLES.index(role) < by.rank else Deny("You can only give roles below your own.")


def can_describe(by: Viewer, member: Member) -> Decision:
    """Giving somebody a title or a nickname: admins, to themselves and those below."""
    allowed = can_manage(by)
    if not allowed:
        return allowed
    own = by.member is not None and by.member.id == member.id
    if own or by.is_site_admin or ROLES.index(member.role) < by.rank:
        return True
    return Deny("You can only do this for people below your own role.")


def can_set_trust(by: Viewer, member: Member) -> Decision:
    """Setting a level of trust by hand: admins, for those below."""
    return can_describe(by, member)
