"""How high somebody stands in a space: roles of spaces act only inside, those of the community everywhere."""

from __future__ import annotations

from community.core.viewer import ROLES, Grant, Viewer

COMMUNITY_RANKS = {"MODERATOR": 1, "ADMIN": 4, "OWNER": 5}
SITE_RANK = 6


def space_rank(role: str | None, community_role: str) -> int:
    """0 member, 1 moderator, 2 admin, 3 owner of the space; the community's admins stand above all of these."""
    return max(ROLES.index(role) if role else 0, COMMUNITY_RANKS.get(community_role, 0))


def rank_in(viewer: Viewer, space: Grant) -> int:
    """The viewer's rank in a space. A moderator of the community has one only in spaces that are open to the staff."""
    if viewer.is_site_admin:
        return SITE_RANK
    if viewer.member is None or not viewer.is_member:
        return 0
    role = viewer.member.role
    if role == "MODERATOR" and not space.readable:
        return 0
    return space_rank(space.role if space.is_member else None, role)


def is_staff_in(viewer: Viewer, space: Grant | None) -> bool:
    """Staff of the community, or of this space."""
    if viewer.is_staff:
        return True
    return space is not None and rank_in(viewer, space) >= 1


def staffed_space_ids(viewer: Viewer) -> tuple[int, ...]:
    """The spaces whose staff the viewer belongs to, without being staff of the community."""
    return tuple(space.id for space in viewer.spaces if space.is_member and rank_in(viewer, space) >= 1)
