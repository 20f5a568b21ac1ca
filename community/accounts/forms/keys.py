"""What people say of a key they want."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from community.core.forms import Command, Text


class KeyForm(Command):
    """A key for a program: what it is called, what it may do, where, and for how long."""

    name: Annotated[str, Text(60)]
    permissions: Annotated[list[Literal["read", "write", "dashboard", "moderate"]], Field(min_length=1, max_length=4)]
    community: Annotated[str, StringConstraints(max_length=60)] = ""
    """The public id of one of the person's communities; empty: all of them."""
    days: Literal["30", "90", "365", "0"] = "90"
    """How long it works; 0: until it is revoked."""
