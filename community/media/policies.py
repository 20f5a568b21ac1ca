"""Who may change which picture, and who sees it."""

from __future__ import annotations

from community.accounts.policies import can_write
from community.communities import policies as communities
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer
from community.media.owners import Slot

SPACE_ADMINS = ("ADMIN", "OWNER")


def can_change_picture(by: Viewer, slot: Slot) -> Decision:
    """One's own pictures, those of a community as its admin, the banner of a space as admin of either."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if slot.kind == "user":
        return True if slot.owner_id == by.user_id else Deny("This is not your profile.")
    if by.community is None or slot.community_id != by.community.id:
        return Deny("This picture belongs to another community.")
    if by.is_admin:
        return True
    space = by.space(slot.owner_id) if slot.kind == "space" else None
    if space is not None and by.is_member and space.role in SPACE_ADMINS:
        return True
    return Deny("You need to be an admin of this space." if slot.kind == "space"
                else "You need to be an admin of this community.")


def can_see(viewer: Viewer, kind: str, owner_id: int) -> bool:
    """Pictures of a community and its emoji: whoever may know of it. Banners of spaces: whoever may know of the space.

    `viewer` stands in the community the picture belongs to.
    """
    if kind == "space":
        return viewer.space(owner_id) is not None
    return kind in ("community", "emoji") and communities.can_know_community(viewer)
