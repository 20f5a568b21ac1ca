"""Topics: what a page listens to, who may listen, and the signed value the page carries.

A topic is a kind and a public id, `post:<uuid>`. The domain that owns the kind says who may subscribe, by its read policy at
that moment; the page's signature says only that this site offered the topics to this person within the last day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import current_app, g, has_request_context
from itsdangerous import BadSignature, URLSafeTimedSerializer

from community.core.clock import micros

if TYPE_CHECKING:
    from community.config import Config
    from community.core.viewer import Viewer

MAX_TOPICS = 50
MAX_AGE = 24 * 3600
"""Seconds a page's signature is good for."""
SLACK = 5_000_000
"""Microseconds a page's cursor lies before its request: clocks differ, and commits are published a moment later."""

_SHAPE = re.compile(r"([a-z]{1,20}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")

CanSubscribe = Callable[["Viewer", str], bool]
Hidden = Callable[[int], frozenset[str]]

_kinds: dict[str, CanSubscribe] = {}
_hidden: list[Hidden] = []


class BadTopics(ValueError):
    """A signature that is forged, expired or made for somebody else, or more topics than a page may carry."""


@dataclass(frozen=True, slots=True)
class Live:
    """What a page needs to connect: the signed topics, and the cursor from which it wants to hear."""

    topics: str
    since: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature says. `scope` is the public id of the community the page belongs to, if any."""

    topics: list[str]
    scope: str | None = None


def topic(kind: str, public_id: UUID | str) -> str:
    """The name of a topic. Raises ValueError for anything but a kind in small letters and a UUID."""
    name = f"{kind}:{public_id}"
    if not _SHAPE.fullmatch(name):
        raise ValueError(f"{name!r} is not a topic")
    return name


def register(kind: str, can_subscribe: CanSubscribe) -> None:
    """Say who may listen to a kind of topic: `can_subscribe(viewer, uuid)` reads the present rights; missing is False."""
    if kind in _kinds and _kinds[kind] is not can_subscribe:
        raise ValueError(f"topics of the kind {kind!r} are registered twice")
    _kinds[kind] = can_subscribe


def register_hidden(authors_hidden_from: Hidden) -> None:
    """Add a source of people whose messages a user must not get: public ids of those blocked, muted or blocking."""
    if authors_hidden_from not in _hidden:
        _hidden.append(authors_hidden_from)


def may_subscribe(viewer: Viewer, name: str) -> bool:
    """May this viewer listen to this topic now? Unknown kinds and malformed names are topics nobody may hear."""
    found = _SHAPE.fullmatch(name)
    if found is None or found[1] not in _kinds:
        return False
    return bool(_kinds[found[1]](viewer, found[2]))


def hidden_authors(user_id: int | None) -> frozenset[str]:
    """Public ids of the people whose messages are kept from this user."""
    if user_id is None:
        return frozenset()
    return frozenset().union(*(source(user_id) for source in _hidden))


def sign(topics: Sequence[str], *, user_id: int | None, scope: str | None = None) -> str:
    """Sign topics for one user (None: a guest). Raises BadTopics for more than a page may carry."""
    if len(topics) > MAX_TOPICS:
        raise BadTopics(f"{len(topics)} topics; a page may carry {MAX_TOPICS}")
    return str(_signer(user_id).dumps({"t": list(dict.fromkeys(topics)), "s": scope}))


def read(token: str, *, user_id: int | None) -> list[str]:
    """The topics of a signature made for this user. Raises BadTopics."""
    return unpack(token, user_id=user_id).topics


def unpack(token: str, *, user_id: int | None) -> Signed:
    """All that a signature made for this user says. Raises BadTopics."""
    try:
        payload = _signer(user_id).loads(token, max_age=MAX_AGE)
        signed = Signed(topics=[str(name) for name in payload["t"]], scope=payload["s"])
    except (BadSignature, KeyError, TypeError) as error:
        raise BadTopics("the topics of this page are no longer valid") from error
    if len(signed.topics) > MAX_TOPICS:
        raise BadTopics(f"{len(signed.topics)} topics; a page may carry {MAX_TOPICS}")
    return signed


def mark() -> None:
    """Note the cursor of this request. Called before anything is read, so that nothing falls between page and socket."""
    g.live_since = micros() - SLACK


def since() -> int:
    """The cursor noted by `mark()`, in microseconds since 1970."""
    if has_request_context() and "live_since" in g:
        return int(g.live_since)
    return micros() - SLACK


def live(viewer: Viewer, *topics: str) -> Live:
    """What a page of this viewer puts into its connect element; of more than 50 topics, the first 50."""
    scope = viewer.community.public_id if viewer.community else None
    return Live(topics=sign(topics[:MAX_TOPICS], user_id=viewer.user_id, scope=scope), since=since())


def _signer(user_id: int | None) -> URLSafeTimedSerializer:
    config: Config = current_app.extensions["config"]
    bound = "guest" if user_id is None else str(user_id)
    return URLSafeTimedSerializer(config.signing_secret, salt=f"community.topics:{bound}")
