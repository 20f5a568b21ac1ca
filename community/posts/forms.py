"""What authors may send."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from community.core.forms import Body, Command, Text
from community.core.ids import BIGINT_MAX
from community.posts.drafting import Draft

WRITABLE = ("DISCUSSION", "QUESTION", "BLOG")
MAX_TAGS = 10

Number = Annotated[int, Field(ge=1, le=BIGINT_MAX)]


class PostForm(Command):
    """The composer. `draft` is the number of a saved draft, `version` the one its text was read at."""

    title: Annotated[str, Text(200)]
    content: Annotated[str, Body(100_000)]
    kind: Literal["DISCUSSION", "QUESTION", "BLOG"] = "DISCUSSION"
    space: Number | None = None
    tags: Annotated[str, Text(600, min=0)] = ""
    draft: Number | None = None
    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    client_token: Annotated[str, StringConstraints(max_length=64)] = ""

    def tag_names(self) -> list[str]:
        """The tags typed, separated by commas, without repetitions."""
        names = [" ".join(name.split()).lstrip("#") for name in self.tags.split(",")]
        return list(dict.fromkeys(name for name in names if name))

    def as_draft(self) -> Draft:
        """What the services take."""
        return Draft(title=self.title, content=self.content, kind=self.kind, space_id=self.space, tags=self.tag_names(),
                     version=self.version, client_token=self.client_token)


class AutosaveForm(PostForm):
    """An unfinished post: nothing is required yet."""

    title: Annotated[str, Text(200, min=0)] = ""
    content: Annotated[str, Body(100_000, min=0)] = ""


class PreviewForm(Command):
    """The text of whatever composer asks; its other fields come along and are not looked at."""

    model_config = Command.model_config | {"extra": "ignore"}

    content: Annotated[str, Body(100_000, min=0)] = ""
    body: Annotated[str, Body(100_000, min=0)] = ""
