"""Making a space."""

from __future__ import annotations

from typing import Annotated, Literal

from community.communities.forms.places import Slug
from community.core.forms import Command, Text


class SpaceForm(Command):
    """A new space; without an address one is made of the name."""

    name: Annotated[str, Text(80, min=2)]
    slug: Slug = ""
    description: Annotated[str, Text(500, min=0)] = ""
    icon: Annotated[str, Text(16, min=0)] = ""
    visibility: Literal["PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN"] = "PUBLIC"
    posting_policy: Literal["MEMBERS", "SPACE_MEMBERS", "STAFF"] = "MEMBERS"
