"""Who may react."""

from __future__ import annotations

from community.core import subjects
from community.core.authz import Decision
from community.core.viewer import Viewer


def can_react(by: Viewer, kind: str, subject: subjects.Subject) -> Decision:
    """Whoever the domain of the subject lets react to it."""
    return subjects.kind(kind).can_react(by, subject)
