"""Founding a community; addresses."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from community.communities import slugs
from community.core.forms import Command, Text


def _address(value: str) -> str:
    value = value.lower()
    problem = slugs.problem_with(value)
    if problem is not None:
        raise ValueError(problem)
    return value


Slug = Annotated[str, Text(80), AfterValidator(_address)]


class CommunityForm(Command):
    """A new community; without an address one is made of the name."""

    name: Annotated[str, Text(80, min=2)]
    slug: Slug = ""
    description: Annotated[str, Text(500, min=0)] = ""
    visibility: Literal["PUBLIC", "PRIVATE", "HIDDEN"] = "PUBLIC"
    join_policy: Literal["OPEN", "APPROVAL", "INVITE_ONLY"] = "OPEN"
