"""What admins may send about reactions."""

from __future__ import annotations

from typing import Annotated, Literal

import emoji
from pydantic import AfterValidator, Field

from community.core.forms import Command, StrictBool, Text


def _one_emoji(value: str) -> str:
    if not emoji.is_emoji(value):
        raise ValueError("Choose one emoji.")
    return value


class NewEmojiForm(Command):
    """Another reaction."""

    code: Annotated[str, Field(pattern="^[a-z0-9_]{2,32}$")]
    label: Annotated[str, Text(60)]
    glyph: Annotated[str, Text(16), AfterValidator(_one_emoji)]
    counts_as_like: StrictBool = False
    then: Literal["list", "picture"] = "list"
    """Where to go on."""


class EmojiForm(Command):
    """What may change of a reaction."""

    label: Annotated[str, Text(60)]
    is_active: StrictBool = False
