"""Who may ask the API for more than the pages of readers show."""

from __future__ import annotations

from community.core.authz import Decision, Deny
from community.core.viewer import Viewer


def can_see_member_table(viewer: Viewer) -> Decision:
    """The table of members, whatever their status: the staff of the community at hand."""
    return True if viewer.is_staff else Deny("You need to be a moderator of this community.")


def sees_addresses(viewer: Viewer) -> bool:
    """E-mail addresses: admins; a program needs the permission `dashboard` too."""
    return viewer.is_admin and (viewer.key is None or "dashboard" in viewer.key.permissions)
