"""What site administrators do with accounts. Each act is in the audit log, with its reason."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from community.accounts import policies
from community.accounts.events import (
    UserBanned,
    UserPasswordResetRequested,
    UserReinstated,
    UserSuspended,
    UserVerificationRequested,
)
from community.accounts.models import User
from community.accounts.models.users import CREATOR_LEVELS
from community.accounts.services.sessions import end_sessions
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


def suspend_user(user: User, until: dt.datetime | None, reason: str, *, by: Viewer) -> None:
    """Shut an account until a moment, or until further notice; it sees the reason and nothing else."""
    require(policies.can_judge(by, user))
    if until is not None and until <= now():
        raise Invalid(fields={"until": "Choose a day that is still to come."})
    _judge(user, "SUSPENDED", reason, by=by, until=until)
    record(UserSuspended(user_id=user.id, actor_user_id=by.user_id))


def ban_user(user: User, reason: str, *, by: Viewer) -> None:
    """Shut an account for good: it cannot log in, and is logged out everywhere."""
    require(policies.can_judge(by, user))
    _judge(user, "BANNED", reason, by=by)
    record(UserBanned(user_id=user.id, actor_user_id=by.user_id))


def reinstate_user(user: User, reason: str, *, by: Viewer) -> None:
    """Open an account again. Raises `Invalid` when it is not shut."""
    require(policies.can_judge(by, user))
    if user.status not in ("SUSPENDED", "BANNED"):
        raise Invalid("This account is not shut.")
    _put_status(user, user.status_after_all, reason, by=by)
    record(UserReinstated(user_id=user.id, actor_user_id=by.user_id))


def verify_identity(user: User, is_verified: bool, *, by: Viewer) -> None:
    """Give the badge of a checked identity, or take it away."""
    require(policies.can_administer(by))
    audit("UPDATE", "user.identity_verified", ("user", user.id), by=by, before={"is_verified": user.is_verified},
          after={"is_verified": is_verified})
    user.is_verified, user.verified_at = is_verified, now() if is_verified else None
    cache.raise_later(f"u:{user.id}")


def set_creator_level(user: User, level: str, *, by: Viewer) -> None:
    """Say what kind of creator somebody is. Raises `Invalid`."""
    require(policies.can_administer(by))
    if level not in CREATOR_LEVELS:
        raise Invalid("There is no such level.")
    audit("UPDATE", "user.creator_level_changed", ("user", user.id), by=by, before={"creator_level": user.creator_level},
          after={"creator_level": level})
    user.creator_level = level


def end_sessions_of(user: User, *, by: Viewer) -> int:
    """Log somebody out everywhere; returns of how many places."""
    require(policies.can_administer(by))
    audit("SYSTEM_ACTION", "user.sessions_ended", ("user", user.id), by=by)
    return end_sessions(user.id, "ENDED_BY_ADMIN")


def send_verification_to(user: User, *, by: Viewer) -> None:
    """Send the link that proves the address once more. Raises `Invalid`."""
    require(policies.can_administer(by))
    if user.is_verified_email:
        raise Invalid("The address is confirmed already.")
    audit("SYSTEM_ACTION", "user.verification_sent", ("user", user.id), by=by)
    record(UserVerificationRequested(user_id=user.id, actor_user_id=by.user_id))


def start_reset_of(user: User, *, by: Viewer) -> None:
    """Mail somebody the link for a new password; nobody but them sees it. Raises `Invalid`."""
    require(policies.can_administer(by))
    if user.status in ("BANNED", "DELETED") or user.site_role == "SYSTEM":
        raise Invalid("This account cannot log in.")
    audit("SYSTEM_ACTION", "user.reset_started", ("user", user.id), by=by)
    record(UserPasswordResetRequested(user_id=user.id, actor_user_id=by.user_id))


def appoint_site_admin(user: User, *, by: Viewer) -> None:
    """Make somebody a site administrator."""
    require(policies.can_appoint(by, user))
    require_recent(by)
    _put_role(user, "SITE_ADMIN", by=by)


def dismiss_site_admin(user: User, *, by: Viewer) -> None:
    """Take the role of a site administrator away, also from oneself. Raises `Conflict` for the last one."""
    require(policies.can_administer(by))
    require_recent(by)
    keep_one_admin(user)
    _put_role(user, "USER", by=by)


def keep_one_admin(user: User) -> None:
    """Refuse to let the last site administrator go. Raises `Conflict`, `Invalid`. Two at once wait for each other."""
    admins = db.session.scalars(select(User.id).where(User.site_role == "SITE_ADMIN", User.status == "ACTIVE")
                                .order_by(User.id).with_for_update()).all()
    db.session.refresh(user)
    if user.site_role != "SITE_ADMIN":
        raise Invalid("This is not a site administrator.")
    if set(admins) <= {user.id}:
        raise Conflict("This is the last site administrator. Appoint another one first.")


def end_suspensions() -> int:
    """Open the accounts whose suspension is over; returns how many."""
    over = db.session.scalars(select(User).where(User.status == "SUSPENDED", User.status_expires_at <= now())
                              .with_for_update(skip_locked=True)).all()
    for user in over:
        user.status, user.status_reason, user.status_expires_at = user.status_after_all, None, None
        record(UserReinstated(user_id=user.id))
        cache.raise_later(f"u:{user.id}")
    return len(over)


def _judge(user: User, status: str, reason: str, *, by: Viewer, until: dt.datetime | None = None) -> None:
    _put_status(user, status, reason, by=by, until=until)
    if status == "BANNED":
        end_sessions(user.id, "BANNED")


def _put_status(user: User, status: str, reason: str, *, by: Viewer, until: dt.datetime | None = None) -> None:
    audit("MODERATION_ACTION", f"user.{status.lower()}", ("user", user.id), by=by, before={"status": user.status},
          after={"status": status, "until": until.isoformat() if until else None}, reason=reason)
    user.status, user.status_expires_at = status, until
    user.status_reason = reason if status in ("SUSPENDED", "BANNED") else None
    db.session.flush()
    cache.raise_later(f"u:{user.id}")
    if status in ("SUSPENDED", "BANNED"):
        broadcast.bar_user(user.id)


def _put_role(user: User, role: str, *, by: Viewer) -> None:
    audit("PERMISSION_CHANGE", "user.site_role_changed", ("user", user.id), by=by, before={"site_role": user.site_role},
          after={"site_role": role})
    user.site_role = role
    db.session.flush()
    cache.raise_later(f"u:{user.id}")
    broadcast.recheck(user.id)
