"""A person as lists and bylines show one: flat, with ready strings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from community.accounts.models import Profile, User
from community.core.ids import hue_index
from community.core.text import initials


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote or did something."""

    user_id: int
    public_id: str
    username: str
    name: str
    initials: str
    hue_index: int
    url: str
    avatar: str = ""
    """The key of the picture in addresses; empty without one."""


def person_columns() -> tuple[Any, ...]:
    """Columns a query selects from `User` joined to `Profile` to make people of its rows."""
    return (User.id.label("user_id"), User.public_id.label("user_public_id"), User.username, Profile.display_name,
            Profile.avatar.label("user_avatar"))


def url_of(username: str) -> str:
    """Where somebody is seen; nowhere, if they deleted their account."""
    return "" if username.startswith("deleted_user_") else f"/u/{username}"


def person_of(row: Any) -> Person:  # noqa: ANN401 - a row with `person_columns`
    """The person in a row."""
    return Person(user_id=row.user_id, public_id=str(row.user_public_id), username=row.username, name=row.display_name,
                  initials=initials(row.display_name), hue_index=hue_index(row.user_id), url=url_of(row.username),
                  avatar=row.user_avatar)


@dataclass(frozen=True)
class Ties:
    """How a viewer stands to one person."""

    follow: str = ""
    """`ACTIVE`, `PENDING` or nothing."""
    notify_new_posts: bool = True
    follows_me: bool = False
    asks_me: bool = False
    blocks: bool = False
    blocked_by: bool = False
    mute: str = ""
    mute_until: dt.datetime | None = None
    shares: bool = False
    """Both are in some community."""

    @property
    def any(self) -> bool:
        """Whether the two have to do with each other."""
        return self.shares or bool(self.follow) or self.follows_me or self.asks_me
