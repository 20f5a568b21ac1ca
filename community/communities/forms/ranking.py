"""Roles and titles."""

from __future__ import annotations

from typing import Annotated, Literal

from community.core.forms import Command, Text


class MemberRoleForm(Command):
    """Another role for a member, named by username."""

    username: Annotated[str, Text(60)]
    role: Literal["OWNER", "ADMIN", "MODERATOR", "MEMBER"]


class TitleForm(Command):
    """What stands beside a member's name, and the name they have here."""

    title: Annotated[str, Text(60, min=0)] = ""
    nickname: Annotated[str, Text(60, min=0)] = ""


class OfferForm(Command):
    """Whom to offer the community to."""

    username: Annotated[str, Text(60)]


class TrustForm(Command):
    """A level of trust given by hand."""

    username: Annotated[str, Text(60)]
    level: Literal["NEW", "ACTIVE", "TRUSTED"]
