"""What an author hands in, and what may come in the way of saving it."""

from __future__ import annotations

from dataclasses import dataclass, field

from community.core.errors import Conflict
from community.posts.models import Post


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as typed. `version` is the one the author saw, None for a new post."""

    title: str
    content: str
    kind: str = "DISCUSSION"
    space_id: int | None = None
    tags: list[str] = field(default_factory=list)
    version: int | None = None
    client_token: str = ""
    category_id: int | None = None


class StaleVersion(Conflict):
    """Somebody else saved the post meanwhile; both texts have to be shown."""

    message = "This was changed in another place meanwhile. Nothing was overwritten."

    def __init__(self, post: Post) -> None:
        self.post = post
        super().__init__()


class Duplicate(Conflict):
    """The author published the same text within a day."""

    message = "You published the same text a moment ago."

    def __init__(self, post: Post) -> None:
        self.post = post
        super().__init__()
