"""Asking a policy, and noting which rules it asks in turn and what each of them said."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from types import FrameType
from typing import Any

from community.core.authz import Deny
from community.core.viewer import Viewer
from community.permissions.actions import Action, Target


@dataclass(eq=False)
class Step:
    """A rule that was asked: its name, what it promises, how deep it stands, and its answer (True, False or a `Deny`)."""

    rule: str
    says: str
    depth: int
    answer: object = None

    @property
    def allows(self) -> bool:
        return bool(self.answer)


@dataclass
class Trace:
    """The answer to a question about a right."""

    allowed: bool
    reason: str
    """Why not, as the person would read it; empty where it is allowed or the page itself would be missing."""
    steps: list[Step] = field(default_factory=list)

    @property
    def deciding(self) -> Step | None:
        """The rule that decided: of a refusal the innermost that gave it, of a permission the first one asked."""
        if self.allowed or not self.steps:
            return self.steps[0] if self.steps else None
        found, inner = None, [step for step in self.steps if step.depth == 0]
        while refusing := [step for step in inner if not step.allows]:
            found = refusing[-1]
            inner = self._asked_by(found)
        return found

    def _asked_by(self, step: Step) -> list[Step]:
        """The rules a rule asked itself."""
        following = self.steps[self.steps.index(step) + 1:]
        inside = takewhile(lambda other: other.depth > step.depth, following)
        return [other for other in inside if other.depth == step.depth + 1]


def trace(action: Action, viewer: Viewer, target: Target) -> Trace:
    """What the policy of an action answers this viewer, and the way it took."""
    steps: list[Step] = []
    with _noted(steps):
        answer = action.ask(viewer, target)
    return Trace(bool(answer), answer.reason if isinstance(answer, Deny) else "", steps)


@contextmanager
def _noted(steps: list[Step]) -> Iterator[None]:
    """Note every call of a policy. They are pure, so nothing else runs in this thread meanwhile."""
    open_steps: list[Step] = []
    before = sys.getprofile()

    def note(frame: FrameType, event: str, result: Any) -> None:  # noqa: ANN401 - whatever a function returns
        rule = _rule_of(frame)
        if rule is None:
            return
        if event == "call":
            step = Step(rule[0], rule[1], len(open_steps))
            open_steps.append(step)
            steps.append(step)
        elif event == "return" and open_steps:
            open_steps.pop().answer = result

    sys.setprofile(note)
    try:
        yield
    finally:
        sys.setprofile(before)


def _rule_of(frame: FrameType) -> tuple[str, str] | None:
    """The name and the promise of the policy a frame runs; None for everything else."""
    module: str = frame.f_globals.get("__name__", "")
    package, _, rest = module.removeprefix("community.").partition(".")
    name = frame.f_code.co_name
    function: Callable[..., object] | None = frame.f_globals.get(name)
    if rest.split(".")[0] != "policies" or name.startswith("_") or not callable(function):
        return None
    first, is_more, _ = (function.__doc__ or "").strip().partition("\n")[0].replace("`", "").partition(". ")
    return f"{package}.{name}", first + "." if is_more else first
