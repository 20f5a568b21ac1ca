"""What the staff sends about tasks."""

from __future__ import annotations

from typing import Annotated, Literal

from community.core.forms import Body, Command


class StatusForm(Command):
    """A task's new status."""

    status: Literal["PENDING", "IN_PROGRESS", "COMPLETED", "DISMISSED"]


class AnswerForm(Command):
    """The reason of a no."""

    reason: Annotated[str, Body(500, min=0)] = ""
