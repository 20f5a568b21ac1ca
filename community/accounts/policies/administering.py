"""What site administrators may do with accounts."""

from __future__ import annotations

from community.accounts.models import User
from community.core.authz import SECOND_FACTOR_NEEDED, Decision, Deny
from community.core.viewer import Viewer


def can_administer(by: Viewer) -> Decision:
    """Site administrators, with a second factor where the site asks for one."""
    if by.user is not None and by.user.needs_second_factor:
        return Deny(SECOND_FACTOR_NEEDED)
    return True if by.is_site_admin else Deny("Only site administrators do this.")


def can_judge(by: Viewer, user: User) -> Decision:
    """Suspending, banning and the like: nobody's own account, nor another administrator's, nor the site's own actor."""
    allowed = can_administer(by)
    if not allowed:
        return allowed
    if user.id == by.user_id:
        return Deny("You cannot do this to your own account.")
    if user.site_role == "SYSTEM":
        return Deny("This account acts for the site itself.")
    if user.site_role == "SITE_ADMIN":
        return Deny("Take the role of administrator away first.")
    return Deny("This account was deleted.") if user.status == "DELETED" else True


def can_appoint(by: Viewer, user: User) -> Decision:
    """Making somebody a site administrator."""
    allowed = can_administer(by)
    if not allowed:
        return allowed
    if user.site_role == "SYSTEM":
        return Deny("This account acts for the site itself.")
    return True if user.status == "ACTIVE" else Deny("Only an active account can be an administrator.")
