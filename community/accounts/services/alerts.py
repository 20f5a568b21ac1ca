"""Telling people what happened to their accounts."""

from __future__ import annotations

from sqlalchemy import update

from community.accounts import policies
from community.accounts.events import SecurityAlertRaised
from community.accounts.models import SecurityAlert
from community.core.authz import require
from community.core.clock import now
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

KINDS = {
    "NEW_DEVICE": ("MEDIUM", "New device"),
    "NEW_COUNTRY": ("HIGH", "Log-in from another country"),
    "PASSWORD_CHANGED": ("MEDIUM", "Password changed"),
    "EMAIL_CHANGED": ("HIGH", "E-mail address changed"),
    "TWO_FACTOR_ENABLED": ("LOW", "Two-step log-in is on"),
    "TWO_FACTOR_DISABLED": ("HIGH", "Two-step log-in is off"),
    "RECOVERY_CODE_USED": ("MEDIUM", "Recovery code used"),
    "LOCKOUT": ("HIGH", "Too many failed log-ins"),
    "OAUTH_LINKED": ("MEDIUM", "Account linked"),
    "OAUTH_UNLINKED": ("MEDIUM", "Account unlinked"),
    "PASSKEY_ADDED": ("MEDIUM", "Passkey added"),
    "PASSKEY_REMOVED": ("MEDIUM", "Passkey removed"),
    "API_KEY_CREATED": ("MEDIUM", "API key created"),
    "SESSIONS_REVOKED": ("LOW", "Logged out elsewhere"),
}
"""How severe an alert of each kind is, and its title."""


def raise_alert(user_id: int, kind: str, description: str = "") -> SecurityAlert:
    """Tell somebody, by mail, by notification and in their settings, what happened to their account."""
    severity, title = KINDS[kind]
    alert = SecurityAlert(user_id=user_id, type=kind, severity=severity, title=title, description=description[:1000],
                          created_at=now())
    db.session.add(alert)
    db.session.flush()
    record(SecurityAlertRaised(alert_id=alert.id, user_id=user_id))
    return alert


def resolve_alerts(*, by: Viewer) -> None:
    """The viewer has seen their alerts: it was them."""
    require(policies.can_act(by))
    db.session.execute(update(SecurityAlert).where(SecurityAlert.user_id == by.user_id, SecurityAlert.resolved.is_(False))
                       .values(resolved=True, resolved_at=now()))
