"""Running a job: one runner at a time, one run for each due minute, a record of how it went."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from huey import RetryTask
from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert

from community.core import correlation
from community.core.clock import now
from community.core.deadline import deadline
from community.core.diagnosis import describe, trace
from community.core.errors import Conflict
from community.core.jobs.registry import Job, find
from community.core.outbox import Event, record
from community.core.outbox.models import JobRun
from community.core.queue import Call, push
from community.core.transactions import unit_of_work
from community.extensions import db, huey

log = logging.getLogger(__name__)

LOCKS = 7465
"""The first half of the advisory lock of a job; the second is the hash of its name."""
PATIENCE = 1
"""Seconds until a job asks again for a free thread."""


@dataclass(frozen=True)
class JobFailed(Event):
    """A scheduled job raised."""

    name: ClassVar[str] = "job.failed"
    aggregate: ClassVar[str] = "job"
    priority: ClassVar[int] = 100
    record_only: ClassVar[str] = "administrators read it on the page of jobs"
    job_id: int
    job: str


def run_job(name: str) -> JobRun:
    """Run a job now, whatever the clock says; how it went stands in the answer.

    Raises KeyError for an unknown name and Conflict while the job runs elsewhere.
    """
    run = run_once(find(name), now())
    if run is None:
        raise Conflict(f"The job {name} is running already.")
    return run


def run_later(name: str) -> bool:
    """Let a worker run a job soon, for pages that cannot wait. False when the queue cannot be reached.

    Raises KeyError for an unknown name.
    """
    return push([call(find(name), now())])


def call(job: Job, scheduled_for: dt.datetime) -> Call:
    """A run as a task for the workers."""
    return Call(run_scheduled, (job.name, scheduled_for.isoformat()), job.priority)


def share_threads(threads: int) -> None:
    """Say how many threads run tasks in this process: jobs take at most half of them."""
    global _free  # noqa: PLW0603
    _free = threading.BoundedSemaphore(max(1, threads // 2))


def run_once(job: Job, scheduled_for: dt.datetime) -> JobRun | None:
    """Run a job for the minute it was due in; None if somebody else did, or if an earlier run still goes on."""
    with _alone(job.name) as alone:
        run_id = _begin(job, scheduled_for) if alone else None
        if run_id is None:
            return None
        try:
            rows = _perform(job)
        except Exception as error:  # noqa: BLE001 - kept with the run
            log.error("the job %s failed\n%s", job.name, trace(error))
            return _end(run_id, job, error=describe(error))
        return _end(run_id, job, rows=rows)


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Hold the job's lock on a connection of its own; PostgreSQL frees it when the process dies."""
    key = {"locks": LOCKS, "name": name}
    with db.engine.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:locks, hashtext(:name))"), key))
        try:
            yield alone
        finally:
            if alone:
                connection.execute(text("SELECT pg_advisory_unlock(:locks, hashtext(:name))"), key)


def _begin(job: Job, scheduled_for: dt.datetime) -> int | None:
    """Note the run; None if this one was made already. Whoever calls holds the lock: runs still open died."""
    values = {"started_at": now(), "host": socket.gethostname()[:120]}
    row = insert(JobRun).values(name=job.name, scheduled_for=scheduled_for, status="RUNNING", **values)
    with unit_of_work():
        db.session.execute(
            update(JobRun)
            .where(JobRun.name == job.name, JobRun.status == "RUNNING", JobRun.scheduled_for != scheduled_for)
            .values(status="FAILED", error="the process died", finished_at=now())
            .execution_options(synchronize_session=False)
        )
        return db.session.scalar(
            row.on_conflict_do_update(
                index_elements=["name", "scheduled_for"], set_=values, where=JobRun.status == "RUNNING"
            ).returning(JobRun.id)
        )


def _perform(job: Job) -> int | None:
    before = correlation.current()
    correlation.set(uuid.uuid4())
    try:
        with deadline(job.limit):
            if job.in_steps:
                return job.work()
            with unit_of_work():
                return job.work()
    finally:
        correlation.set(before)
        db.session.rollback()


def _end(run_id: int, job: Job, *, rows: int | None = None, error: str | None = None) -> JobRun:
    with unit_of_work():
        run = db.session.get_one(JobRun, run_id)
        run.status = "FAILED" if error else "DONE"
        run.finished_at, run.rows, run.error = now(), rows, error
        if error:
            record(JobFailed(job_id=run_id, job=job.name))
    return run


_free = threading.BoundedSemaphore(1)


def _run_scheduled(name: str, scheduled_for: str) -> None:
    if not _free.acquire(blocking=False):
        raise RetryTask(delay=PATIENCE)
    try:
        run_once(find(name), dt.datetime.fromisoformat(scheduled_for))
    finally:
        _free.release()


run_scheduled = huey.task(name="run_scheduled")(_run_scheduled)
