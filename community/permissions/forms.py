"""What the staff may ask."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from community.core.forms import Command, Text
from community.permissions.actions import ACTIONS


def _known(name: str) -> str:
    if name not in ACTIONS:
        raise ValueError("Choose what they want to do.")
    return name


class QuestionForm(Command):
    """May this person do this, there? `who` is a username or "visitor"; `post` and `comment` are numbers or addresses."""

    who: Annotated[str, Text(60)]
    action: Annotated[str, Text(40), AfterValidator(_known)]
    space: Annotated[str, Text(50, min=0)] = ""
    post: Annotated[str, Text(400, min=0)] = ""
    comment: Annotated[str, Text(400, min=0)] = ""


class EyesForm(Command):
    """Through whose eyes to look."""

    role: Literal["visitor", "new_member", "member", "moderator"]
