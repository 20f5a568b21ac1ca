"""The net under the wake-ups: once a second somebody looks for what is due."""

from __future__ import annotations

from collections.abc import Callable

from community.core.outbox.draining import drain_for_a_while, lanes_due
from community.core.outbox.lanes import LANES, Lane
from community.core.outbox.outside import release_expired
from community.core.outbox.wake import wake

RunHere = Callable[[str, Callable[[], None]], None]
"""Runs a function in the background of this process, unless one under the same key still runs."""


def sweep(run_here: RunHere) -> None:
    """Give back expired claims and wake the lanes with due deliveries; without Redis, drain them in this process."""
    release_expired()
    lanes = lanes_due()
    if wake(dict.fromkeys(lanes, 0)):
        return
    for name in lanes:
        run_here(f"drain:{name}", _drainer(LANES[name]))


def _drainer(lane: Lane) -> Callable[[], None]:
    return lambda: _until_done(lane)


def _until_done(lane: Lane) -> None:
    while drain_for_a_while(lane):
        pass
