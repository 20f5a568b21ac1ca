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


class InviteForm(Command):
    """Whom to invite into a space."""

    username: Annotated[str, Text(40)]


class RoleForm(Command):
    """The role somebody is to have in a space."""

    role: Literal["OWNER", "ADMIN", "MODERATOR", "MEMBER"]


class RestrictionForm(Command):
    """For how long, and why, somebody is muted in a space or shut out of it. 0 days: until it is lifted."""

    days: Literal["1", "3", "7", "30", "0"] = "7"
    reason: Annotated[str, Text(500)]
