"""Keeping the record of runs small."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from huey import crontab
from sqlalchemy import CursorResult, delete

from community.core.clock import now
from community.core.jobs.registry import job
from community.core.outbox.models import JobRun
from community.extensions import db

KEPT = dt.timedelta(days=7)


@job("job_runs_retention", every=crontab(hour="4", minute="31"))
def job_runs_retention() -> int:
    """Remove runs that started more than 7 days ago; returns how many."""
    old = delete(JobRun).where(JobRun.started_at < now() - KEPT).execution_options(synchronize_session=False)
    return cast("CursorResult[Any]", db.session.execute(old)).rowcount
