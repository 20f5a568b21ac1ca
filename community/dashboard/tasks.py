"""Scheduled work on the lists of tasks."""

from __future__ import annotations

from huey import crontab

from community.core.jobs import job
from community.dashboard import services


@job("tasks_hasten", every=crontab(minute="20"))
def hasten_requests() -> int:
    """Requests to join that wait for two days become urgent."""
    return services.hasten_requests()
