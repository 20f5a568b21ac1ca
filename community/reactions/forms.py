"""What people may send about reactions."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from community.core.forms import Command


class ReactionForm(Command):
    """`target` is `post`, or the UUID of a comment of that post."""

    target: Annotated[str, StringConstraints(max_length=40)] = "post"
    emoji: Annotated[str, StringConstraints(min_length=1, max_length=32)]
