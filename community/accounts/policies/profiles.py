"""Who sees a profile, and who may follow, block and mute whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from sqlalchemy import ARRAY, BigInteger, ColumnElement, and_, exists, false, func, literal, or_, select, true
from sqlalchemy import all_ as all_of

from community.accounts.models import Follow, Profile, User
from community.accounts.people import Ties
from community.accounts.policies.acting import can_act, can_write
from community.accounts.privacy import Privacy
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer

Level = Literal["whole", "name", "none"]
"""A whole profile; name, picture and the button to follow; nothing, as if there were nobody."""
Sharing = Callable[[Viewer, Any], ColumnElement[bool]]

_sharing: list[Sharing] = []


def register_sharing(shares: Sharing) -> None:
    """Say when a viewer and a user (a column of ids) are in the same community; done by the domain of memberships."""
    _sharing[:] = [shares]


def shares_community(viewer: Viewer, user_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """Whether the viewer and a user are in the same community."""
    return _sharing[0](viewer, user_id) if _sharing and viewer.user is not None else false()


def profile_level(viewer: Viewer, user: User, ties: Ties) -> Level:
    """How much of a profile the viewer sees. `user` is loaded with its profile."""
    if viewer.is_site_admin and user.site_role != "SYSTEM":
        return "whole"
    if user.deleted_at is not None or user.site_role == "SYSTEM" or user.status in ("BANNED", "DELETED"):
        return "none"
    if viewer.user_id == user.id:
        return "whole"
    if ties.blocked_by:
        return "none"
    visibility = Privacy.of(user.profile.privacy).visibility
    if visibility == "PRIVATE":
        return "name" if ties.any else "none"
    if visibility == "MEMBERS":
        return "whole" if ties.shares else "name"
    if visibility == "FOLLOWERS":
        return "whole" if ties.follow == "ACTIVE" else "name"
    return "whole"


def visible_profiles(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `profile_level(…) == "whole"`; joins `User` to its `Profile`."""
    if viewer.is_site_admin:
        return User.site_role != "SYSTEM"
    own = User.id == viewer.user_id if viewer.user_id is not None else false()
    visibility = _visibility()
    open_to_me = or_(visibility == "PUBLIC", and_(visibility == "MEMBERS", shares_community(viewer, User.id)),
                     and_(visibility == "FOLLOWERS", _follow(viewer, User.id, statuses=("ACTIVE",))))
    return and_(_exists(), or_(own, and_(_not_blocked_by(viewer), open_to_me)))


def listed_people(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `profile_level(…) != "none"`: people whose names the viewer finds in lists."""
    if viewer.is_site_admin:
        return User.site_role != "SYSTEM"
    own = User.id == viewer.user_id if viewer.user_id is not None else false()
    related = or_(shares_community(viewer, User.id), _follow(viewer, User.id), _followed_by(viewer, User.id))
    return and_(_exists(), or_(own, and_(_not_blocked_by(viewer), or_(_visibility() != "PRIVATE", related))))


def can_follow(by: Viewer, user: User, ties: Ties) -> Decision:
    """With a proven address, anybody who may be seen; whom one blocked has to be unblocked first."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if ties.blocks:
        return Deny("You blocked this person. Unblock them to follow them.")
    return True if user.status == "ACTIVE" else Deny("This account is not active at present.")


def can_keep_apart(by: Viewer, user: User) -> Decision:
    """Blocking and muting: anybody but the site itself."""
    allowed = can_act(by)
    if not allowed:
        return allowed
    return True if user.site_role != "SYSTEM" else Deny("This account cannot be blocked.")


def _exists() -> ColumnElement[bool]:
    return and_(User.deleted_at.is_(None), User.site_role != "SYSTEM", User.status.not_in(("BANNED", "DELETED")))


def _visibility() -> ColumnElement[str]:
    return func.coalesce(Profile.privacy["visibility"].astext, "PUBLIC")


def _not_blocked_by(viewer: Viewer) -> ColumnElement[bool]:
    ids = [one.user_id for one in viewer.relations if one.kind == "BLOCKED_BY"]
    return User.id != all_of(literal(ids, ARRAY(BigInteger))) if ids else true()


def _follow(viewer: Viewer, user_id: Any, *, statuses: tuple[str, ...] = ("ACTIVE", "PENDING")) -> ColumnElement[bool]:  # noqa: ANN401
    if viewer.user_id is None:
        return false()
    return exists(select(Follow.id).where(Follow.follower_id == viewer.user_id, Follow.followee_id == user_id,
                                          Follow.status.in_(statuses)).correlate(User))


def _followed_by(viewer: Viewer, user_id: Any) -> ColumnElement[bool]:  # noqa: ANN401
    if viewer.user_id is None:
        return false()
    return exists(select(Follow.id).where(Follow.followee_id == viewer.user_id, Follow.follower_id == user_id)
                  .correlate(User))
