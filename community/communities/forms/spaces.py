"""Making a space."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from community.communities.changes import SpaceChanges
from community.communities.forms.places import Slug
from community.core.forms import Body, Command, Id, StrictBool, Text

KINDS = ("DISCUSSION", "QUESTION", "BLOG")
"""Kinds of posts a space may be limited to: those the composer offers."""


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


class SpaceSettingsForm(Command):
    """The settings of a space, read at `version`; `widens`: it is meant that more people read it."""

    name: Annotated[str, Text(80, min=2)]
    slug: Slug
    description: Annotated[str, Text(500, min=0)] = ""
    icon: Annotated[str, Text(16, min=0)] = ""
    color: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$")] = ""
    has_color: StrictBool = False
    visibility: Literal["PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN"]
    join_approval: StrictBool = False
    posting_policy: Literal["MEMBERS", "SPACE_MEMBERS", "STAFF"]
    default_sort: Literal["latest", "activity", "top", "unanswered"] = "latest"
    allowed_kinds: Annotated[list[Literal["DISCUSSION", "QUESTION", "BLOG"]], Field(default_factory=list)]
    rules: Annotated[str, Body(20_000, min=0)] = ""
    guidelines: Annotated[str, Body(4_000, min=0)] = ""
    tags: Annotated[str, Text(600, min=0)] = ""
    auto_join: StrictBool = False
    is_featured: StrictBool = False
    version: Annotated[int, Field(ge=1, lt=2**31)]
    widens: StrictBool = False

    def as_changes(self) -> SpaceChanges:
        """What the services take. Guidelines are a line each, tags stand between commas."""
        lines = [line.strip().lstrip("-* ")[:200] for line in self.guidelines.splitlines()]
        names = [" ".join(name.split())[:50] for name in self.tags.split(",")]
        return SpaceChanges(
            name=self.name, slug=self.slug, description=self.description, icon=self.icon,
            color=self.color if self.has_color else "", visibility=self.visibility, join_approval=self.join_approval,
            posting_policy=self.posting_policy, default_sort=self.default_sort,
            allowed_kinds=[kind for kind in KINDS if kind in self.allowed_kinds], rules=self.rules,
            guidelines=[line for line in lines if line][:20], tags=list(dict.fromkeys(name for name in names if name))[:10],
            auto_join=self.auto_join, is_featured=self.is_featured)


class DeleteSpaceForm(Command):
    """Where the posts of a deleted space go; none: out of spaces."""

    target: Id | None = None


class OrderForm(Command):
    """Spaces in the order wanted."""

    ids: list[Id]
