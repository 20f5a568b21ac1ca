"""Telling the workers which lanes have something to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from community.core.outbox.draining import drain_for_a_while
from community.core.outbox.lanes import LANES
from community.core.queue import Call, push
from community.core.transactions import after_commit
from community.extensions import db, huey


def wake(lanes: Mapping[str, int]) -> bool:
    """Queue one drain for each lane, as urgent as its most urgent event or the lane itself, whichever is more.

    A lane that already waits is not queued twice. False when Redis cannot be reached: the sweep will find the work.
    """
    return push([Call(drain, (lane,), max(urgency, LANES[lane].priority)) for lane, urgency in lanes.items()])


def wake_after_commit(lanes: Iterable[str], urgency: int) -> None:
    """Wake lanes once the present transaction is durable, all of them in one round trip."""
    waking: dict[str, int] = db.session.info.setdefault("outbox_lanes", {})
    waking.update({lane: max(urgency, waking.get(lane, 0)) for lane in lanes})
    after_commit("outbox.wake", partial(_wake_all, waking))


def _wake_all(waking: dict[str, int]) -> None:
    lanes = dict(waking)
    waking.clear()
    wake(lanes)


def _drain(lane: str) -> None:
    """Deliver what is due in a lane, for a moment; then let more urgent lanes go first."""
    if drain_for_a_while(LANES[lane]):
        wake({lane: 0})


drain = huey.task(name="drain")(_drain)
