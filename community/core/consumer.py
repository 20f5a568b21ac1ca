"""Huey's consumer as we run it: threads for events and jobs, and a scheduler that looks for both every second."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from huey import consumer
from redis.exceptions import RedisError

from community.core.clock import monotonic
from community.core.jobs import running
from community.core.jobs.schedule import Clock, Due, missed
from community.core.outbox.draining import share_threads
from community.core.outbox.sweep import sweep
from community.core.queue import push
from community.extensions import huey

log = logging.getLogger(__name__)

GRACE = 30
"""Seconds that running work may take after SIGTERM. What is cut off is rolled back and done by the next worker."""


class Background:
    """Threads for work that cannot be queued because Redis is down."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        self._turn = threading.BoundedSemaphore(threads)
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def run(self, key: str, work: Callable[[], object]) -> None:
        """Do some work soon, unless work under the same key is waiting or running."""
        with self._lock:
            if key in self._busy:
                return
            self._busy.add(key)
        threading.Thread(target=self._run, args=(key, work), name=key, daemon=True).start()

    def _run(self, key: str, work: Callable[[], object]) -> None:
        try:
            with self._turn, self._app.app_context():
                work()
        except Exception:
            log.exception("%s failed", key)
        finally:
            with self._lock:
                self._busy.discard(key)


class Outage:
    """Says once that something stopped working, and once that it works again."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since: float | None = None

    def begins(self, error: Exception) -> None:
        if self._since is None:
            self._since = monotonic()
            log.error("%s stopped: %s", self._what, error, exc_info=error)

    def ends(self) -> bool:
        """True at the first success after a failure."""
        if self._since is None:
            return False
        log.warning("%s works again after %.0f s", self._what, monotonic() - self._since)
        self._since = None
        return True


class Worker(consumer.Worker):  # huey has no types
    """Takes tasks from the queue; each runs in its own application context."""

    app: Flask
    outage: Outage

    def loop(self, now: dt.datetime | None = None) -> None:
        try:
            task = self.huey.dequeue()
        except RedisError as error:
            self.outage.begins(error)
            self.sleep()
            return
        except Exception:
            log.exception("a message in the queue cannot be read")
            return
        self.outage.ends()
        self.delay = self.default_delay
        if task is not None:
            self._execute(task)

    def _execute(self, task: Any) -> None:  # noqa: ANN401
        try:
            with self.app.app_context():
                self.huey.execute(task)
        except Exception:
            log.exception("the task %s failed", task.id)


class Scheduler(consumer.Scheduler):  # huey has no types
    """Looks for due deliveries and jobs every second; whatever fails is tried again at the next look."""

    app: Flask
    background: Background

    def initialize(self) -> None:
        self._clock = Clock()
        self._has_caught_up = False
        self._pending: dict[str, Due] = {}
        duties: list[Callable[[], None]] = [self._sweep, self._jobs, self._delayed]
        self._duties = [(duty, Outage(f"the scheduler's {duty.__name__.strip('_')}")) for duty in duties]

    def loop(self, now: dt.datetime | None = None) -> None:
        started = monotonic()
        for duty, outage in self._duties:
            try:
                with self.app.app_context():
                    duty()
            except Exception as error:  # noqa: BLE001 - told once, tried again
                outage.begins(error)
            else:
                self._has_caught_up &= not outage.ends()
        self.sleep_for_interval(started, self.interval)

    def _sweep(self) -> None:
        sweep(self.background.run)

    def _jobs(self) -> None:
        """Start what is due; at first, and after an outage, also what was missed."""
        self._pending |= {due[0].name: due for due in self._clock.due()}
        if not self._has_caught_up:
            self._pending |= {due[0].name: due for due in missed()}
            self._has_caught_up = True
        runs, self._pending = list(self._pending.values()), {}
        if not push([running.call(*due) for due in runs]):
            for job, minute in runs:
                self.background.run(f"job:{job.name}", partial(running.run_once, job, minute))

    def _delayed(self) -> None:
        for task in self.huey.read_schedule():
            self.huey.enqueue(task)


class Consumer(consumer.Consumer):  # huey has no types
    """Huey's consumer with our workers and scheduler; stops gracefully on SIGTERM, SIGINT and SIGHUP."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._app = app
        self._outage = Outage("the queue")
        self._background = Background(app, threads)
        share_threads(threads)
        running.share_threads(threads)
        super().__init__(huey, workers=threads, periodic=False, max_delay=1.0, shutdown_timeout=GRACE)
        stops = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        self._signal_actions = dict.fromkeys(stops, (False, True))

    def _create_worker(self) -> Worker:
        worker = Worker(self.huey, self.stop_flag, self.default_delay, self.max_delay, self.backoff)
        worker.app, worker.outage = self._app, self._outage
        return worker

    def _create_scheduler(self) -> Scheduler:
        scheduler = Scheduler(self.huey, self.stop_flag, self.scheduler_interval, self.periodic)
        scheduler.app, scheduler.background = self._app, self._background
        return scheduler
