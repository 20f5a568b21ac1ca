"""Every event has a name that fits, and somebody who listens, or says why nobody does."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import pytest
from flask import Flask

from community.core.outbox import Event, events, registry
from tests.architecture.sources import expect_none


def known() -> list[type[Event]]:
    """The events of the product; tests of the bus have their own."""
    return [cls for cls in events.known().values() if cls.__module__.startswith("community.")]


def unheard(classes: Iterable[type[Event]], heard: Iterable[str]) -> list[str]:
    """Events without a handler and without a reason for that, and reasons that are no longer true."""
    names = set(heard)
    silent = [c for c in classes if c.name not in names and not c.record_only]
    stale = [c for c in classes if c.name in names and c.record_only]
    return [f"nobody handles {c.name}, and {c.__name__}.record_only does not say why" for c in silent] + [
        f"{c.__name__}.record_only says nobody handles {c.name}, but somebody does" for c in stale
    ]


def misnamed(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Classes whose name is not the dotted name in another spelling."""
    return [f"{cls} is called {name}" for name, cls in pairs if events.class_name(name) != cls]


def test_every_event_is_handled_or_says_why_not(app: Flask) -> None:
    heard = [name for handler in registry.handlers().values() for name in handler.events]
    expect_none(unheard(known(), heard))


def test_events_are_called_like_their_classes(app: Flask) -> None:
    expect_none(misnamed((cls.name, cls.__name__) for cls in known()))


def test_events_of_a_domain_stand_in_its_events(app: Flask) -> None:
    strays = [f"{c.__name__} stands in {c.__module__}" for c in known() if ".events" not in c.__module__]
    expect_none([stray for stray in strays if "community.core.jobs" not in stray])


@dataclass(frozen=True)
class PostPinned:
    """Looks like an event; a real one would stay in the registry."""

    name: ClassVar[str] = "post.pinned"
    record_only: ClassVar[str] = ""
    post_id: int


@dataclass(frozen=True)
class PostUnpinned:
    name: ClassVar[str] = "post.unpinned"
    record_only: ClassVar[str] = "of no interest"
    post_id: int


def test_an_event_nobody_hears_is_noticed() -> None:
    assert "nobody handles post.pinned" in unheard([PostPinned], [])[0]  # type: ignore[list-item]
    assert unheard([PostPinned], ["post.pinned"]) == []  # type: ignore[list-item]


def test_an_outdated_reason_is_noticed() -> None:
    assert "but somebody does" in unheard([PostUnpinned], ["post.unpinned"])[0]  # type: ignore[list-item]
    assert unheard([PostUnpinned], []) == []  # type: ignore[list-item]


def test_a_name_that_does_not_fit_is_noticed() -> None:
    assert misnamed([("post.pinned", "PinnedPost")]) == ["PinnedPost is called post.pinned"]
    with pytest.raises(TypeError, match=r"is called 'post\.pinned'"):
        type("PinnedPost", (Event,), {"name": "post.pinned", "aggregate": "post", "__annotations__": {"post_id": int}})


def test_handlers_are_found_where_they_are_looked_for(app: Flask) -> None:
    for handler in registry.handlers().values():
        function = handler.in_batches or handler.one_by_one
        if function is not None and function.__module__.startswith("community."):
            module = importlib.import_module(function.__module__)
            assert getattr(module, function.__name__) is function
