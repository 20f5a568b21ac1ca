"""Which jobs there are and when they are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

Work = Callable[[], int | None]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """A function that runs by the clock (UTC)."""

    name: str
    work: Work
    every: Callable[[dt.datetime], bool]
    """Whether the job is due in the minute of a moment; made with `huey.crontab`."""
    limit: dt.timedelta
    """How long one run may take; the database ends transactions that go on longer."""
    in_steps: bool
    priority: int

    @cached_property
    def is_rare(self) -> bool:
        """True for jobs that run once a day or less: a missed run is caught up."""
        day = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
        return sum(self.every(day + minute * MINUTE) for minute in range(1440)) <= 1

    def last_due(self, at: dt.datetime, *, within: dt.timedelta) -> dt.datetime | None:
        """The last minute up to `at` in which the job was due; None if there is none within the time given."""
        return next((minute for minute in _backwards(minute_of(at), within) if self.every(minute)), None)


_JOBS: dict[str, Job] = {}


def job(
    name: str,
    *,
    every: Callable[[dt.datetime], bool],
    limit: dt.timedelta = dt.timedelta(minutes=5),
    in_steps: bool = False,
    priority: int = 25,
) -> Callable[[Work], Work]:
    """Register a function as a job. Raises ValueError for a name that is taken."""

    def register(work: Work) -> Work:
        if name in _JOBS and _JOBS[name].work.__module__ != work.__module__:
            raise ValueError(f"two jobs are called {name}")
        _JOBS[name] = Job(name, work, every, limit, in_steps, priority)
        return work

    return register


def jobs() -> dict[str, Job]:
    """Every job of this process by its name."""
    return dict(_JOBS)


def find(name: str) -> Job:
    """The job of that name. Raises KeyError, naming those there are."""
    if name not in _JOBS:
        raise KeyError(f"there is no job {name!r}; there are: {', '.join(sorted(_JOBS))}")
    return _JOBS[name]


def minute_of(at: dt.datetime) -> dt.datetime:
    """The moment its minute began."""
    return at.replace(second=0, microsecond=0)


def _backwards(minute: dt.datetime, within: dt.timedelta) -> Iterator[dt.datetime]:
    end = minute - within
    while minute > end:
        yield minute
        minute -= MINUTE
