"""What authors may send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from community.core.forms import Body, Command, Id, Text, Token
from community.posts.drafting import Draft

MAX_TAGS = 10
MAX_TAG = 50
"""Characters of one tag."""


def tag_names(typed: str) -> list[str]:
    """The tags of a line separated by commas; one written twice in different cases counts once."""
    found: dict[str, str] = {}
    for name in (" ".join(part.split()).lstrip("# ") for part in typed.split(",")):
        if name:
            found.setdefault(name.lower(), name)
    return list(found.values())


def _check_tags(typed: str) -> str:
    names = tag_names(typed)
    if len(names) > MAX_TAGS:
        raise ValueError("Ten tags are the most a post can have.")
    if any(len(name) > MAX_TAG for name in names):
        raise ValueError("A tag has at most 50 characters.")
    if not all(any(character.isalnum() for character in name) for name in names):
        raise ValueError("A tag needs a letter or a digit.")
    return typed


class PostForm(Command):
    """The composer. `draft` is the number of a saved draft, `version` the one its text was read at."""

    title: Annotated[str, Text(200)]
    content: Annotated[str, Body(100_000)]
    kind: Literal["DISCUSSION", "QUESTION", "BLOG"] = "DISCUSSION"
    space: Id | None = None
    tags: Annotated[str, Text(600, min=0), AfterValidator(_check_tags)] = ""
    category: Id | None = None
    draft: Id | None = None
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    client_token: Token = ""

    def as_draft(self) -> Draft:
        """What the services take."""
        return Draft(title=self.title, content=self.content, kind=self.kind, space_id=self.space, tags=tag_names(self.tags),
                     version=self.version, client_token=self.client_token, category_id=self.category)


class AutosaveForm(PostForm):
    """An unfinished post: nothing is required yet."""

    title: Annotated[str, Text(200, min=0)] = ""
    content: Annotated[str, Body(100_000, min=0)] = ""
    tags: Annotated[str, Text(600, min=0)] = ""


class PreviewForm(Command):
    """The text of whatever composer asks; its other fields come along and are not looked at."""

    model_config = Command.model_config | {"extra": "ignore"}

    content: Annotated[str, Body(100_000, min=0)] = ""
    body: Annotated[str, Body(100_000, min=0)] = ""
