"""What somebody hands in about a space or a topic, and what may come in the way of saving it."""

from __future__ import annotations

from dataclasses import dataclass, field

from community.communities.models import Space
from community.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class SpaceChanges:
    """A space as its settings have it."""

    name: str
    slug: str
    description: str = ""
    icon: str = ""
    color: str = ""
    visibility: str = "PUBLIC"
    join_approval: bool = False
    posting_policy: str = "MEMBERS"
    default_sort: str = "latest"
    allowed_kinds: list[str] = field(default_factory=list)
    rules: str = ""
    guidelines: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    auto_join: bool = False
    is_featured: bool = False


class StaleSpace(Conflict):
    """Somebody else saved the settings meanwhile; both have to be shown."""

    message = "Somebody changed this space meanwhile. Nothing was overwritten."

    def __init__(self, space: Space) -> None:
        self.space = space
        super().__init__()


class Widening(Conflict):
    """More people would read the posts of a space; that has to be said yes to. `posts` is how many."""

    message = "More people would read this space."

    def __init__(self, posts: int) -> None:
        self.posts = posts
        super().__init__()


@dataclass(frozen=True, slots=True)
class CategoryChanges:
    """A category as its form has it."""

    name: str
    parent_id: int | None = None
    description: str = ""
    icon: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class TagChanges:
    """A tag as its form has it."""

    name: str
    description: str = ""
    color: str = ""
    icon: str = ""
    group_name: str = ""
    featured: bool = False
    synonyms: list[str] = field(default_factory=list)
