"""Who may read what. The one definition of visibility."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from community.accounts.models import User
from community.communities.models import Community, Member, Space, SpaceMember
from community.core.authz import Decision, Deny
from community.core.clock import now
from community.core.viewer import Viewer

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
    listed = and_(Community.deleted_at.is_(None), Community.status == "ACTIVE", _in_reach(viewer))
    if viewer.is_site_admin:
        return listed
    if viewer.user is None:
        return and_(listed, Community.visibility != "HIDDEN")
    return and_(listed, or_(Community.visibility != "HIDDEN", _has_membership(viewer, READING)))


def readable_communities(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_read_community`."""
    listed = and_(Community.deleted_at.is_(None), Community.status == "ACTIVE", _in_reach(viewer))
    if viewer.is_site_admin:
        return listed
    if viewer.user is None:
        return and_(listed, Community.visibility == "PUBLIC")
    return and_(listed, or_(Community.visibility == "PUBLIC", _has_membership(viewer, READING)))


def _in_reach(viewer: Viewer) -> ColumnElement[bool]:
    """An API key may be made for one community only."""
    if viewer.key is None or viewer.key.community_id is None:
        return true()
    return Community.id == viewer.key.community_id


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


def knowable_spaces(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_know_space`, across communities; joins `Space` to its `Community`."""
    alive = and_(Space.deleted_at.is_(None), readable_communities(viewer))
    if viewer.is_site_admin:
        return alive
    if viewer.user is None:
        return and_(alive, Space.visibility == "PUBLIC")
    known = or_(Space.visibility != "HIDDEN", _in_space(viewer, "ACTIVE"), _in_space(viewer, "INVITED"))
    return and_(alive, or_(Space.visibility == "PUBLIC", _has_membership(viewer, ("ACTIVE",), roles=ADMINS),
                           and_(_has_membership(viewer, READING), known)))


def _has_membership(viewer: Viewer, statuses: tuple[str, ...], *, roles: tuple[str, ...] = ()) -> ColumnElement[bool]:
    if viewer.user is None or viewer.user.status in ("BANNED", "DELETED"):
        return false()
    where = [Member.community_id == Community.id, Member.user_id == viewer.user.id, Member.status.in_(statuses)]
    if roles:
        where += [Member.role.in_(roles), true() if viewer.user.status == "ACTIVE" else false()]
        if not viewer.user.second_factor:
            where.append(Community.settings["require_2fa_staff"].as_boolean().is_distinct_from(True))
    return exists(select(Member.id).where(*where).correlate(Community))


def _in_space(viewer: Viewer, status: str) -> ColumnElement[bool]:
    if viewer.user is None:
        return false()
    where = [SpaceMember.space_id == Space.id, SpaceMember.status == status, Member.user_id == viewer.user.id]
    if status == "BANNED":
        where.append(or_(SpaceMember.banned_until.is_(None), SpaceMember.banned_until > now()))
    return exists(select(SpaceMember.id).join(Member, Member.id == SpaceMember.member_id).where(*where).correlate(Space))


def standing(viewer: Viewer) -> str:
    """How the viewer stands to the community: guest, unproven, outsider, pending, member, suspended or banned."""
    if viewer.user is None:
        return "guest"
    named = {"ACTIVE": "member", "SUSPENDED": "suspended", "PENDING": "pending", "BANNED": "banned"}
    if viewer.member is not None and viewer.member.status in named:
        return named[viewer.member.status]
    return "outsider" if viewer.user.email_verified else "unproven"


def can_see_members(viewer: Viewer) -> Decision:
    """The member list: members always, everybody else by the community's setting."""
    if viewer.reads_as_member or viewer.is_site_admin:
        return True
    shown = viewer.community is not None and viewer.community.settings.get("public_member_list", True) is True
    return True if shown and can_read_community(viewer) else Deny("Only members see who else is here.")


@cache
def _two_members() -> tuple[type[Member], type[Member]]:
    """Two members side by side; made once a process, for that costs more than what is asked with them."""
    return aliased(Member), aliased(Member)


def shares_community(viewer: Viewer, user_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column of ids
    """Whether the viewer and a user are both in some community."""
    if viewer.user is None or viewer.user.status in ("BANNED", "DELETED"):
        return false()
    mine, theirs = _two_members()
    return exists(select(theirs.id).join(mine, mine.community_id == theirs.community_id).join(
        Community, and_(Community.id == theirs.community_id, Community.deleted_at.is_(None))).where(
        theirs.user_id == user_id, theirs.status.in_(READING), mine.user_id == viewer.user.id, mine.status.in_(READING))
        .correlate(User))
