"""Which handlers listen to which events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, overload

from community.core.outbox.delivered import Delivered
from community.core.outbox.events import Event
from community.core.outbox.lanes import LANES, Lane

Effect = Callable[[], None]
InBatches = Callable[[list[Delivered]], None]
OneByOne = Callable[[Delivered], Effect | None]


@dataclass(frozen=True)
class Handler:
    """A function that listens, under the name its deliveries are stored with."""

    name: str
    lane: Lane
    events: frozenset[str]
    in_batches: InBatches | None = None
    one_by_one: OneByOne | None = None
    """Set for handlers with outside effects."""

    @property
    def is_outside(self) -> bool:
        return self.one_by_one is not None


_HANDLERS: dict[str, Handler] = {}


@overload
def handles(
    *events: type[Event], lane: str, outside: Literal[False] = False, name: str | None = None
) -> Callable[[InBatches], InBatches]: ...
@overload
def handles(
    *events: type[Event], lane: str, outside: Literal[True], name: str | None = None
) -> Callable[[OneByOne], OneByOne]: ...
def handles(*events: type[Event], lane: str, outside: bool = False, name: str | None = None):  # type: ignore[no-untyped-def]
    """Register a function as listener of `events`.

    It is called with a list of `Delivered` inside the transaction that settles them, so its effects on the database
    happen exactly once; it must not commit. With `outside=True` it is called with one `Delivered` and no transaction
    open, may open `unit_of_work()` itself, and may return a function, which then runs in the settling transaction.

    Deliveries are stored under "domain.function": after a rename, those still waiting need the old name as `name=`.
    Raises ValueError for an unknown lane or a name taken.
    """

    def register(function):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        stored = name or f"{_domain(function.__module__)}.{function.__name__}"
        taken = _HANDLERS.get(stored)
        if taken and (taken.in_batches or taken.one_by_one).__module__ != function.__module__:
            raise ValueError(f"two handlers are called {stored}")
        kind = {"one_by_one" if outside else "in_batches": function}
        _HANDLERS[stored] = Handler(stored, _lane(lane), frozenset(event.name for event in events), **kind)
        return function

    return register


def handlers() -> dict[str, Handler]:
    """Every handler of this process by its name."""
    return dict(_HANDLERS)


def listeners(event_name: str) -> list[Handler]:
    """The handlers of an event."""
    return [handler for handler in _HANDLERS.values() if event_name in handler.events]


def _lane(name: str) -> Lane:
    if name not in LANES:
        raise ValueError(f"there is no lane {name!r}; there are: {', '.join(LANES)}")
    return LANES[name]


def _domain(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "community" and parts[1] != "core" else parts[-1]
