"""What people may send about communities and spaces."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from community.core.forms import Command, Text

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$", to_lower=True,
                                        strip_whitespace=True)]


class CommunityForm(Command):
    name: Annotated[str, Text(80, min=2)]
    slug: Slug
    description: Annotated[str, Text(500, min=0)] = ""
    visibility: Literal["PUBLIC", "PRIVATE", "HIDDEN"] = "PUBLIC"
    join_policy: Literal["OPEN", "APPROVAL", "INVITE_ONLY"] = "OPEN"


class SpaceForm(Command):
    name: Annotated[str, Text(80, min=2)]
    slug: Slug
    description: Annotated[str, Text(500, min=0)] = ""
    icon: Annotated[str, Text(16, min=0)] = ""
    visibility: Literal["PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN"] = "PUBLIC"
    posting_policy: Literal["MEMBERS", "SPACE_MEMBERS", "STAFF"] = "MEMBERS"
