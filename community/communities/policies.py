"""Who may read what, and who may do what with communities and spaces. The one definition of visibility."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from community.accounts.policies import can_write
from community.communities.models import Community, Member, Space, SpaceMember
from community.core.authz import Decision, Deny
from community.core.viewer import Grant, Viewer

READING = ("ACTIVE", "SUSPENDED")
STAFF = ("MODERATOR", "ADMIN", "OWNER")
ADMINS = ("ADMIN", "OWNER")


def can_know_community(viewer: Viewer) -> bool:
    """Whether the viewer may know that the community at hand exists: hidden ones only their members do."""
    place = viewer.community
    if place is None or place.status == "DELETED":
        return False
    return place.visibility != "HIDDEN" or viewer.reads_as_member or viewer.is_site_admin


def can_read_community(viewer: Viewer) -> bool:
    """Whether the viewer reads the content of the community at hand."""
    place = viewer.community
    if place is None or place.status != "ACTIVE":
        return False
    return place.visibility == "PUBLIC" or viewer.reads_as_member or viewer.is_site_admin


def can_read_space(viewer: Viewer, visibility: str, *, is_space_member: bool, is_space_banned: bool = False) -> bool:
    """Whether the viewer reads a space of this visibility in the community at hand."""
    if not can_read_community(viewer):
        return False
    if visibility == "PUBLIC" or viewer.is_admin:
        return True
    if is_space_banned:
        return False
    if is_space_member and viewer.reads_as_member:
        return True
    return visibility != "HIDDEN" and viewer.is_staff and moderators_see_all(viewer)


def can_know_space(viewer: Viewer, visibility: str, *, is_space_member: bool, is_invited: bool = False) -> bool:
    """Whether the viewer may know that a space exists (its name and description)."""
    if not can_read_community(viewer):
        return False
    if visibility == "PUBLIC" or viewer.is_admin:
        return True
    if visibility == "HIDDEN":
        return (is_space_member or is_invited) and viewer.reads_as_member
    return viewer.reads_as_member


def moderators_see_all(viewer: Viewer) -> bool:
    """The community's setting, on by default."""
    return viewer.community is not None and viewer.community.settings.get("moderators_see_all_spaces", True) is True


def visible_communities(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_know_community`, for listings."""
    listed = and_(Community.deleted_at.is_(None), Community.status == "ACTIVE")
    if viewer.is_site_admin:
        return listed
    if viewer.user is None:
        return and_(listed, Community.visibility != "HIDDEN")
    return and_(listed, or_(Community.visibility != "HIDDEN", _has_membership(viewer, READING)))


def readable_communities(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_read_community`."""
    listed = and_(Community.deleted_at.is_(None), Community.status == "ACTIVE")
    if viewer.is_site_admin:
        return listed
    if viewer.user is None:
        return and_(listed, Community.visibility == "PUBLIC")
    return and_(listed, or_(Community.visibility == "PUBLIC", _has_membership(viewer, READING)))


def visible_spaces(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_read_space`, across communities; joins `Space` to its `Community`."""
    alive = and_(Space.deleted_at.is_(None), readable_communities(viewer))
    if viewer.is_site_admin:
        return alive
    if viewer.user is None:
        return and_(alive, Space.visibility == "PUBLIC")
    sees_all = or_(Community.settings["moderators_see_all_spaces"].is_(None),
                   Community.settings["moderators_see_all_spaces"].as_boolean())
    may = or_(
        Space.visibility == "PUBLIC",
        _has_membership(viewer, ("ACTIVE",), roles=ADMINS),
        and_(Space.visibility != "HIDDEN", sees_all, _has_membership(viewer, ("ACTIVE",), roles=STAFF),
             ~_in_space(viewer, "BANNED")),
        and_(_has_membership(viewer, READING), _in_space(viewer, "ACTIVE")),
    )
    return and_(alive, may)


def _has_membership(viewer: Viewer, statuses: tuple[str, ...], *, roles: tuple[str, ...] = ()) -> ColumnElement[bool]:
    if viewer.user is None or viewer.user.status in ("BANNED", "DELETED"):
        return false()
    where = [Member.community_id == Community.id, Member.user_id == viewer.user.id, Member.status.in_(statuses)]
    if roles:
        where += [Member.role.in_(roles), true() if viewer.user.status == "ACTIVE" else false()]
    return exists(select(Member.id).where(*where).correlate(Community))


def _in_space(viewer: Viewer, status: str) -> ColumnElement[bool]:
    if viewer.user is None:
        return false()
    return exists(select(SpaceMember.id).join(Member, Member.id == SpaceMember.member_id)
                  .where(SpaceMember.space_id == Space.id, SpaceMember.status == status,
                         Member.user_id == viewer.user.id)
                  .correlate(Space))


def can_create_community(by: Viewer, *, creation: str) -> Decision:
    """Anyone with a proven address, or site administrators only, by the site's setting."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if creation == "ADMINS" and not by.is_site_admin:
        return Deny("Only site administrators create communities here.")
    return True


def standing(viewer: Viewer) -> str:
    """How the viewer stands to the community: guest, unproven, outsider, pending, member, suspended or banned."""
    if viewer.user is None:
        return "guest"
    named = {"ACTIVE": "member", "SUSPENDED": "suspended", "PENDING": "pending", "BANNED": "banned"}
    if viewer.member is not None and viewer.member.status in named:
        return named[viewer.member.status]
    return "outsider" if viewer.user.email_verified else "unproven"


def can_join(by: Viewer) -> Decision:
    """Joining the community at hand, or asking to."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if by.member is not None and by.member.status == "BANNED":
        return Deny("You are banned from this community.")
    if by.member is not None and by.member.status in ("ACTIVE", "SUSPENDED"):
        return Deny("You are a member already.")
    if by.community is not None and by.community.join_policy == "INVITE_ONLY" and not by.is_site_admin:
        return Deny("This community is joined by invitation only.")
    return True


def can_leave(by: Viewer) -> Decision:
    if by.member is None or by.member.status not in ("ACTIVE", "SUSPENDED", "PENDING"):
        return Deny("You are not a member of this community.")
    return True


def can_answer_requests(by: Viewer) -> Decision:
    """Letting in whoever asked to join: the staff."""
    if by.is_site_admin:
        return True
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    return True if by.is_staff else Deny("Only the staff answers requests.")


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
    allowed = can_write_here(by)
    if not allowed or space is None:
        return allowed
    if space.is_archived:
        return Deny("This space is archived.")
    staff = by.is_staff or space.role in STAFF
    if space.posting_policy == "STAFF" and not staff:
        return Deny("Only the staff posts in this space.")
    if space.posting_policy == "SPACE_MEMBERS" and not (space.is_member or staff):
        return Deny("Join the space first.")
    return True


def can_comment_in(by: Viewer, space: Grant | None) -> Decision:
    """Commenting in a space one reads: announcements may be answered by every member."""
    allowed = can_write_here(by)
    if not allowed or space is None:
        return allowed
    if space.is_archived:
        return Deny("This space is archived.")
    if space.posting_policy == "SPACE_MEMBERS" and not (space.is_member or by.is_staff):
        return Deny("Join the space first.")
    return True


def can_create_space(by: Viewer) -> Decision:
    """Admins, and members where the community allows it."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    open_to_members = by.community is not None and by.community.settings.get("allow_member_spaces", False) is True
    return True if by.is_admin or open_to_members else Deny("You need to be an admin of this community.")


def can_join_space(by: Viewer, space: Grant) -> Decision:
    """Open spaces are joined freely; the others by request or invitation."""
    allowed = can_write_here(by)
    if not allowed:
        return allowed
    if space.is_member:
        return Deny("You are in this space already.")
    if space.visibility in ("INVITE_ONLY", "HIDDEN") and not by.is_admin:
        return Deny("This space is joined by invitation only.")
    if space.visibility == "PRIVATE" and not by.is_admin:
        return Deny("This space is joined by invitation only.")
    return True


def can_see_members(viewer: Viewer) -> Decision:
    """The member list: members always, everybody else by the community's setting."""
    if viewer.reads_as_member or viewer.is_site_admin:
        return True
    shown = viewer.community is not None and viewer.community.settings.get("public_member_list", True) is True
    return True if shown and can_read_community(viewer) else Deny("Only members see who else is here.")
