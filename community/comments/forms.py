"""What people may send about comments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from community.core.forms import Body, Command, StrictBool, Token


class CommentForm(Command):
    """`parent` is the UUID of the comment answered; `as_note` comments on a question instead of answering it."""

    body: Annotated[str, Body(10_000)]
    parent: Annotated[str, StringConstraints(max_length=40)] = ""
    as_note: StrictBool = False
    at_end: StrictBool = False
    """The page shows the end of the thread, where the new comment goes."""
    client_token: Token = ""


class CommentEditForm(Command):
    body: Annotated[str, Body(10_000)]
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
