"""What admins may send about tags and categories."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from community.communities.changes import CategoryChanges, TagChanges
from community.core.forms import Command, Id, StrictBool, Text


class CategoryForm(Command):
    """A branch of the tree."""

    name: Annotated[str, Text(80)]
    parent: Id | None = None
    description: Annotated[str, Text(500, min=0)] = ""
    icon: Annotated[str, Text(16, min=0)] = ""
    is_active: StrictBool = False

    def as_changes(self) -> CategoryChanges:
        """What the services take."""
        return CategoryChanges(self.name, self.parent, self.description, self.icon, self.is_active)


class TagForm(Command):
    """A tag, and the words that mean it, between commas."""

    name: Annotated[str, Text(50)]
    description: Annotated[str, Text(500, min=0)] = ""
    has_color: StrictBool = False
    color: Annotated[str, Field(pattern="^(#[0-9a-f]{6})?$")] = ""
    icon: Annotated[str, Text(16, min=0)] = ""
    group_name: Annotated[str, Text(50, min=0)] = ""
    featured: StrictBool = False
    synonyms: Annotated[str, Text(1_000, min=0)] = ""

    def as_changes(self) -> TagChanges:
        """What the services take."""
        words = [" ".join(word.split()).lstrip("#")[:50] for word in self.synonyms.split(",")]
        return TagChanges(
            name=self.name.lstrip("# "), description=self.description, color=self.color if self.has_color else "",
            icon=self.icon, group_name=self.group_name, featured=self.featured, synonyms=[word for word in words if word][:20])


class MergeForm(Command):
    """The tag another one becomes a part of."""

    into: Annotated[str, Text(50)]
