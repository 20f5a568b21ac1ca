"""What can be commented and reacted to, without lower tiers knowing the domain it belongs to.

A domain registers its models as kinds of subjects; comments and reactions load, count and address them through here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from community.core.authz import Decision
from community.core.errors import NotFound
from community.core.viewer import Viewer


class Subject(Protocol):
    """A loaded thing people act on. The viewer who loaded it may read it."""

    dom_prefix: str
    id: int
    public_id: uuid.UUID
    community_id: int
    author_id: int
    rev: int


class Commentable(Subject, Protocol):
    """A subject with a thread."""

    title: str
    kind: str
    space_id: int | None
    allow_comments: bool
    comments_locked_reason: str | None
    comment_count: int
    accepted_comment_id: int | None


@dataclass(frozen=True)
class Kind:
    """How to deal with one kind of subject."""

    load: Callable[[Viewer, int], Subject]
    """By id, as the viewer; raises `NotFound` outside of what they may read."""
    load_public: Callable[[Viewer, uuid.UUID], Subject]
    peek: Callable[[int], Subject]
    """By id without a viewer: only for what belongs to something that was loaded as one."""
    can_react: Callable[[Viewer, Subject], Decision]
    count_reactions: Callable[[Subject, int, int], None]
    """Add (likes, reactions) to the counters in the present transaction."""
    url_of: Callable[[Subject], str]
    base_of: Callable[[Subject], str]
    """The address without a slug, below which the parts of the post stand."""
    topic_of: Callable[[Subject], str]
    space_of: Callable[[Subject], int | None]
    """The space it stands in, if it stands in one."""
    can_comment: Callable[[Viewer, Subject], Decision] | None = None
    closed_reason: Callable[[Subject], str | None] | None = None
    """Why nobody comments at present, whoever asks; None while the thread is open."""
    count_comments: Callable[[Subject, int, dt.datetime | None], None] | None = None
    """Add to the counter. With the time of a comment that came, or of the newest one left (None) after one that went."""
    forget_answer: Callable[[Subject, int], None] | None = None
    """A comment, by id, is gone and cannot be the accepted answer any more."""


_kinds: dict[str, Kind] = {}


def register(name: str, kind: Kind) -> None:
    """Make a kind of subject known under its name in addresses (`post`, `comment`)."""
    _kinds[name] = kind


def kind(name: str) -> Kind:
    """The kind with this name. Raises `NotFound`."""
    try:
        return _kinds[name]
    except KeyError:
        raise NotFound from None


def load(viewer: Viewer, name: str, number: int) -> Subject:
    """A subject by kind and id, as the viewer. Raises `NotFound`."""
    return kind(name).load(viewer, number)
