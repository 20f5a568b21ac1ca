"""Joining a community, and the answer to who asked to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field, create_model

from community.communities.models import JoinQuestion
from community.core.forms import Body, Command, Id, StrictBool

ANSWER = 1_000


class JoinForm(Command):
    """Joining, and the version of the rules that was accepted."""

    accept: StrictBool = False
    rules_version: Id | None = None

    @property
    def accepted(self) -> int | None:
        """The version of the rules that was accepted, if any was."""
        return self.rules_version if self.accept else None

    @property
    def answers(self) -> dict[int, str]:
        """What was answered, by the question's id."""
        given = self.model_dump()
        return {int(name.removeprefix("answer_")): str(text) for name, text in given.items() if name.startswith("answer_")}


def join_form(questions: Sequence[JoinQuestion]) -> type[JoinForm]:
    """The form of a community with these questions: a field `answer_<id>` for each."""
    fields: dict[str, Any] = {
        f"answer_{one.id}": (Annotated[str, Body(ANSWER, min=0)], Field(default="")) for one in questions}
    return create_model("JoinForm", __base__=JoinForm, **fields)


class DeclineForm(Command):
    """Saying no, with a reason for the person."""

    reason: Annotated[str, Body(500, min=0)] = ""
