"""Several people at the same moment: each job in a thread, a session and a transaction of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from community.core.errors import AppError
from community.core.transactions import unit_of_work
from community.extensions import db

Job = Callable[[], Any]


def together(app: Flask, jobs: Sequence[Job]) -> list[Any]:
    """Start all jobs at once and commit each; answers what they returned, or the error of a person they raised."""
    start = threading.Barrier(len(jobs))

    def run(job: Job) -> Any:
        with app.app_context():
            start.wait(30)
            try:
                with unit_of_work():
                    return job()
            except AppError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
