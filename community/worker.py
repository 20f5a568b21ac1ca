"""The worker process."""

from __future__ import annotations

from community.app import create_app
from community.config import Config
from community.core.consumer import Consumer
from community.launch import with_services


def run() -> int:
    """Deliver events and run jobs until SIGTERM or SIGINT; returns the exit code."""
    app = create_app(with_services(Config.load()))
    Consumer(app, app.extensions["config"].worker_threads).run()
    return 0
