"""The worker process."""

from __future__ import annotations

from community.app import create_app
from community.core.consumer import Consumer


def run() -> int:
    """Deliver events and run jobs until SIGTERM or SIGINT; returns the exit code."""
    app = create_app()
    Consumer(app, app.extensions["config"].worker_threads).run()
    return 0
