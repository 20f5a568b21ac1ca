"""What a person shows to whom: the settings behind `profiles.privacy`, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

VISIBILITIES = ("PUBLIC", "MEMBERS", "FOLLOWERS", "PRIVATE")
MENTIONERS = ("EVERYONE", "MEMBERS", "FOLLOWED", "NOBODY")


@dataclass(frozen=True)
class Privacy:
    """`visibility` is who sees the profile; `allow_mentions_from` who may mention the person."""

    visibility: str = "PUBLIC"
    follow_approval: bool = False
    show_online: bool = True
    show_activity: bool = True
    show_birthdate: bool = False
    show_followers: bool = True
    indexable: bool = True
    allow_mentions_from: str = "EVERYONE"

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Privacy:
        """The settings as stored; what was never chosen has its default."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})

    def stored(self) -> dict[str, object]:
        """As the column keeps them."""
        return asdict(self)
