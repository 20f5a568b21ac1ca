"""Decisions of policies: `True`, or a `Deny` that says why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from community.core.clock import now
from community.core.errors import Denied, NotConfirmed
from community.core.viewer import Viewer

CONFIRMED_FOR = dt.timedelta(minutes=10)
"""How long after a log-in or a confirmation sensitive actions are open."""


SECOND_FACTOR_NEEDED = ("Your rights here need two-step log-in or a passkey. Set one of them up under Settings, Security.")


@dataclass(frozen=True, slots=True)
class Deny:
    """A refusal with its reason, in words for the person refused. Falsy, so that `if can_…(…)` reads well."""

    reason: str

    def __bool__(self) -> Literal[False]:
        return False


Decision = Literal[True] | Deny


def require(decision: Decision) -> None:
    """Go on only when a policy allowed it. Raises `Denied` with the policy's reason."""
    if isinstance(decision, Deny):
        raise Denied(decision.reason)


def require_recent(by: Viewer) -> None:
    """Go on only when `by` proved within the last ten minutes who they are. Raises `NotConfirmed`."""
    if by.confirmed_at is None or now() - by.confirmed_at > CONFIRMED_FOR:
        raise NotConfirmed
