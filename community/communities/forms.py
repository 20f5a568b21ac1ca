"""What people may send about communities and spaces."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from community.core.forms import Command, Text

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{1,48}[a-z0-9])$", to_lower=True,
                                        strip_whitespace=True)]


class CommunityForm(Command):
    name: Text(80, min=2)  # type: ignore[valid-type]
    slug: Slug
    description: Text(500, min=0) = ""  # type: ignore[valid-type]
    visibility: Literal["PUBLIC", "PRIVATE", "HIDDEN"] = "PUBLIC"
    join_policy: Literal["OPEN", "APPROVAL", "INVITE_ONLY"] = "OPEN"


class SpaceForm(Command):
    name: Text(80, min=2)  # type: ignore[valid-type]
    slug: Slug
    description: Text(500, min=0) = ""  # type: ignore[valid-type]
    icon: Text(16, min=0) = ""  # type: ignore[valid-type]
    visibility: Literal["PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN"] = "PUBLIC"
    posting_policy: Literal["MEMBERS", "SPACE_MEMBERS", "STAFF"] = "MEMBERS"
