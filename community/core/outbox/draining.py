"""Delivering: claim, effects and settlement of a batch are one transaction."""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from community.core.clock import monotonic
from community.core.outbox import outside
from community.core.outbox.claims import Claimed, claim, due_lanes
from community.core.outbox.delivered import Batch
from community.core.outbox.lanes import LANES, Lane
from community.core.outbox.registry import InBatches
from community.core.outbox.settling import Settlement
from community.core.transactions import savepoint, unit_of_work
from community.extensions import db

log = logging.getLogger(__name__)

BATCH = 500
SLICE = 0.5
"""Seconds a drain goes on before it makes room for more urgent lanes."""


def drain_all() -> Counter[str]:
    """Deliver everything that is due, in this process, until nothing is left; for tests, tools and the demo loader.

    Returns how many deliveries came to which outcome: DONE, SKIPPED, RETRIED, DEAD. What waits for its next try, is
    paused, or is held by another process is left alone.
    """
    outcomes: Counter[str] = Counter()
    while delivered := sum((drain_once(LANES[lane]) for lane in lanes_due()), Counter[str]()):
        outcomes += delivered
    return outcomes


def drain_for_a_while(lane: Lane) -> bool:
    """Deliver what is due in a lane for half a second. True when time was up before the work."""
    end = monotonic() + SLICE
    while monotonic() < end:
        if not drain_once(lane):
            return False
    return True


def drain_once(lane: Lane) -> Counter[str]:
    """Deliver one batch, and one delivery with outside effects. Empty when nothing was due, or no thread is free."""
    outcomes: Counter[str] = Counter()
    with _slots.taken(lane, limited=lane.is_slow) as free:
        if free:
            outcomes += _deliver_batch(lane)
    with _slots.taken(lane, limited=True) as free:
        if free:
            outcomes += outside.deliver_one(lane)
    return outcomes


def lanes_due() -> list[str]:
    """Lanes with something due, the most urgent lane first."""
    with unit_of_work():
        return due_lanes()


def share_threads(threads: int) -> None:
    """Say how many threads drain in this process: slow work of one lane takes at most half of them."""
    _slots.share(threads)


def _deliver_batch(lane: Lane) -> Counter[str]:
    settlement = Settlement()
    with unit_of_work():
        db.session.expire_all()
        by_handler: defaultdict[str, list[Claimed]] = defaultdict(list)
        for claimed in claim(lane, outside=False, limit=BATCH):
            by_handler[claimed.handler.name].append(claimed)
        for group in by_handler.values():
            _handle(group, settlement)
        settlement.write()
    return settlement.outcomes


def _handle(group: list[Claimed], settlement: Settlement) -> None:
    """Hand a group to its handler, all at once or, when that fails, one by one."""
    if len(group) > 1:
        started = monotonic()
        try:
            _call(group)
        except Exception as error:  # noqa: BLE001 - each delivery fails for itself below
            log.info("%s failed on a batch of %s: %s", group[0].handler.name, len(group), type(error).__name__)
        else:
            settlement.settle(group, "DONE", monotonic() - started)
            return
    for claimed in group:
        started = monotonic()
        try:
            _call([claimed])
        except Exception as error:  # noqa: BLE001 - kept with the delivery
            settlement.fail(claimed, error, monotonic() - started)
        else:
            settlement.settle([claimed], "DONE", monotonic() - started)


def _call(group: list[Claimed]) -> None:
    function: InBatches | None = group[0].handler.in_batches
    assert function is not None
    batch = Batch(claimed.delivered() for claimed in group)
    with savepoint(), batch.in_hand():
        function(batch)


class _Slots:
    """Who may start slow work: for each lane, half of the threads of this process."""

    def __init__(self) -> None:
        self.share(1)

    def share(self, threads: int) -> None:
        self._free = {name: threading.BoundedSemaphore(max(1, threads // 2)) for name in LANES}

    @contextmanager
    def taken(self, lane: Lane, *, limited: bool) -> Iterator[bool]:
        free = not limited or self._free[lane.name].acquire(blocking=False)
        try:
            yield free
        finally:
            if limited and free:
                self._free[lane.name].release()


_slots = _Slots()
