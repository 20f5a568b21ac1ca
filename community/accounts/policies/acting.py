"""Who may do what with accounts."""

from __future__ import annotations

from community.accounts.models import Session
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer


def can_act(by: Viewer) -> Decision:
    """Logged in, with an account that is not shut."""
    if by.user is None:
        return Deny("Log in to do this.")
    if by.user.status in ("SUSPENDED", "BANNED", "DELETED"):
        return Deny("Your account is suspended.")
    return True


def can_write(by: Viewer) -> Decision:
    """Joining, writing and following need a proven address."""
    allowed = can_act(by)
    if not allowed:
        return allowed
    if by.user is not None and by.user.status == "PENDING_VERIFICATION":
        return Deny("Confirm your e-mail address first. We sent you a link.")
    return True


def can_revoke_session(by: Viewer, session: Session) -> Decision:
    """One's own sessions only."""
    if by.user is None or session.user_id != by.user.id:
        return Deny("This is not your session.")
    return True
