"""What an event is: a frozen dataclass, named in the past tense, that becomes one row of the outbox."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
from pydantic import TypeAdapter

MAX_PAYLOAD = 16 * 1024
"""Bytes of JSON. Events carry ids and facts, never the text of content."""

_CLASSES: dict[str, type[Event]] = {}
_ADAPTERS: dict[type[Event], TypeAdapter[Event]] = {}


@dataclass(frozen=True)
class Event:
    """Base of all events. A subclass is a frozen dataclass with its own `name` and `aggregate`.

    `CommentCreated` has `name = "comment.created"`, `aggregate = "comment"` and a field `comment_id`. The fields
    `community_id` and `actor_user_id` are columns of their own where an event has them; all others are its payload.
    """

    name: ClassVar[str] = ""
    aggregate: ClassVar[str] = ""
    priority: ClassVar[int] = 50
    """100 critical, 75 high, 50 normal, 25 low, 0 bulk."""
    version: ClassVar[int] = 1
    record_only: ClassVar[str] = ""
    """Why nobody listens to this event, where nobody does."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        _register(cls)


def known() -> dict[str, type[Event]]:
    """Every event class of this process by its dotted name."""
    return dict(_CLASSES)


def class_name(name: str) -> str:
    """The class that belongs to a dotted name: `live_entry.added` is `LiveEntryAdded`."""
    return "".join(part.capitalize() for part in name.replace(".", "_").split("_"))


def to_row(event: Event) -> dict[str, Any]:
    """The event as columns of the outbox. Raises ValueError for what only a programming error can cause."""
    aggregate_id = getattr(event, f"{event.aggregate}_id")
    if aggregate_id is None:
        raise ValueError(f"{type(event).__name__} has no {event.aggregate}_id yet: flush before making the event")
    values = _adapter(type(event)).dump_python(event, mode="json")
    del values[f"{event.aggregate}_id"]
    community_id = aggregate_id if event.aggregate == "community" else values.pop("community_id", None)
    actor_user_id = values.pop("actor_user_id", None)
    payload = orjson.dumps(values)
    if (size := len(payload)) > MAX_PAYLOAD:
        raise ValueError(f"{event.name} carries {size} bytes; an event holds ids and facts, up to {MAX_PAYLOAD}")
    return {
        "name": event.name, "version": event.version, "priority": event.priority,
        "aggregate_type": event.aggregate, "aggregate_id": aggregate_id,
        "community_id": community_id, "actor_user_id": actor_user_id, "payload": payload.decode(),
    }  # fmt: skip


def from_row(row: Mapping[str, Any]) -> Event:
    """The event a row of the outbox was made of. Raises KeyError for an unknown name, ValueError for a bad payload."""
    cls = _CLASSES[row["name"]]
    columns = {
        "community_id": row["community_id"],
        "actor_user_id": row["actor_user_id"],
        f"{cls.aggregate}_id": row["aggregate_id"],
    }
    fields = {field.name for field in dataclasses.fields(cls)}
    values = {**row["payload"], **columns}
    return _adapter(cls).validate_python({key: value for key, value in values.items() if key in fields})


def _adapter(cls: type[Event]) -> TypeAdapter[Event]:
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def _register(cls: type[Event]) -> None:
    if class_name(cls.name) != cls.__name__:
        raise TypeError(f"{cls.__name__} is called {cls.name!r}; the class of that name is {class_name(cls.name)!r}")
    fields = {field for base in cls.__mro__ for field in inspect.get_annotations(base)}
    if f"{cls.aggregate}_id" not in fields:
        raise TypeError(f"{cls.__name__} needs a field {cls.aggregate}_id")
    known_one = _CLASSES.setdefault(cls.name, cls)
    if (known_one.__module__, known_one.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"{cls.name} is defined twice: {known_one.__module__} and {cls.__module__}")
    _CLASSES[cls.name] = cls
