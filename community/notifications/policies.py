"""Notifications are nobody's business but their owner's."""

from __future__ import annotations

from community.core.authz import Decision, Deny
from community.core.viewer import Viewer


def can_read_own(by: Viewer) -> Decision:
    """Whoever is logged in has notifications."""
    return True if by.user is not None else Deny("Log in to see your notifications.")
