"""The clockwork: which runs are due, and which were missed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, tuple_

from community.core.clock import now
from community.core.jobs.registry import MINUTE, Job, jobs, minute_of
from community.core.outbox.models import JobRun
from community.core.transactions import unit_of_work
from community.extensions import db

LOOK_BACK = dt.timedelta(days=7)
STALL = dt.timedelta(hours=1)
"""A scheduler that stood still, with its machine asleep, looks back no further."""

Due = tuple[Job, dt.datetime]


class Clock:
    """Hands out every minute once, in one process; across processes the rows of the runs decide."""

    def __init__(self) -> None:
        self._last = minute_of(now()) - MINUTE

    def due(self) -> list[Due]:
        """The jobs that fell due since the last call, each for its last due minute."""
        current = minute_of(now())
        if current <= self._last:
            return []
        gone_by = min(current - self._last, STALL)
        self._last = current
        runs = ((job, job.last_due(current, within=gone_by)) for job in jobs().values())
        return [(job, minute) for job, minute in runs if minute is not None]


def missed() -> list[Due]:
    """Runs of daily and rarer jobs that should have been and have no finished row."""
    rare = ((job, job.last_due(now(), within=LOOK_BACK)) for job in jobs().values() if job.is_rare)
    runs = {(job.name, minute): job for job, minute in rare if minute is not None}
    with unit_of_work(commit=False):
        finished = set(db.session.execute(
            select(JobRun.name, JobRun.scheduled_for)
            .where(tuple_(JobRun.name, JobRun.scheduled_for).in_(list(runs)), JobRun.status != "RUNNING")
        ).all())  # fmt: skip
    return [(job, key[1]) for key, job in runs.items() if key not in finished]
