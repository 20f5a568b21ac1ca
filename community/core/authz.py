"""Decisions of policies: `True`, or a `Deny` that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from community.core.errors import Denied


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
