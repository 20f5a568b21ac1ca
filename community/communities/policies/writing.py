"""Who may write in a community and in its spaces, open spaces and join them."""

from __future__ import annotations

from community.accounts.policies import can_write
from community.communities.policies.standing import is_staff_in
from community.core.authz import Decision, Deny
from community.core.viewer import Grant, Viewer


def can_write_here(by: Viewer) -> Decision:
    """Writing anything in the community at hand: an active member, not muted."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if by.is_site_admin and by.member is None:
        return Deny("Join the community first.")
    if by.member is None or by.member.status in ("PENDING", "ARCHIVED"):
        return Deny("Join the community first.")
    if by.member.status != "ACTIVE":
        return Deny("Your membership is suspended.")
    if by.is_muted:
        return Deny("You are muted for now.")
    return True


def can_post_in(by: Viewer, space: Grant | None) -> Decision:
    """Starting a post in a space of the community at hand (None: outside of spaces)."""
    allowed = can_write_in(by, space)
    if not allowed or space is None:
        return allowed
    if space.posting_policy == "STAFF" and not is_staff_in(by, space):
        return Deny("Only the staff posts in this space.")
    return True


def can_comment_in(by: Viewer, space: Grant | None) -> Decision:
    """Commenting in a space one reads: announcements may be answered by every member."""
    return can_write_in(by, space)


def can_write_in(by: Viewer, space: Grant | None) -> Decision:
    """What everything written in a space needs: that it is open, and a standing in it that allows to write."""
    allowed = can_write_here(by)
    if not allowed or space is None:
        return allowed
    if space.is_archived:
        return Deny("This space is archived.")
    if space.is_banned and not by.is_admin:
        return Deny("You are banned from this space.")
    if space.is_muted and space.muted_until is not None and not by.is_admin:
        return Deny(f"You are muted in this space until {space.muted_until:%d %b %Y, %H:%M} UTC.")
    of_members = space.posting_policy == "SPACE_MEMBERS" or space.join_approval
    if of_members and not (space.is_member or is_staff_in(by, space)):
        return Deny("Join the space first.")
    return True


def can_create_space(by: Viewer) -> Decision:
    """Admins, and members where the community allows it."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    open_to_members = by.community is not None and by.community.settings.get("allow_member_spaces", False) is True
    return True if by.is_admin or open_to_members else Deny("Only admins open spaces in this community.")
