"""Who may found, join, leave, and answer those who ask to join."""

from __future__ import annotations

import datetime as dt

from community.accounts.policies import can_write
from community.communities.models import Member
from community.communities.policies.writing import can_write_here
from community.core.authz import Decision, Deny
from community.core.viewer import Viewer

ASK_AGAIN_AFTER = dt.timedelta(days=7)


def can_create_community(by: Viewer, *, creation: str) -> Decision:
    """Anyone with a proven address, or site administrators only, by the site's setting."""
    allowed = can_write(by)
    if not allowed:
        return allowed
    if creation == "ADMINS" and not by.is_site_admin:
        return Deny("Only site administrators create communities here.")
    return True


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


def may_ask_at(member: Member | None) -> dt.datetime | None:
    """From when somebody whose request was declined may ask again; None for all others."""
    if member is None or member.declined_at is None or member.status != "ARCHIVED":
        return None
    return member.declined_at + ASK_AGAIN_AFTER
