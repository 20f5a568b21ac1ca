"""Who may react."""

from __future__ import annotations

from community.accounts.policies import can_meet
from community.core import subjects
from community.core.authz import Decision
from community.core.viewer import Viewer


def can_react(by: Viewer, kind: str, subject: subjects.Subject) -> Decision:
    """Whoever the domain of the subject lets react to it, and who is not kept apart from its author."""
    allowed = subjects.kind(kind).can_react(by, subject)
    return can_meet(by, member_id=subject.author_id) if allowed else allowed
