"""Scheduled jobs: each run happens once, however many schedulers there are.

A job is a function under `@job("close_polls", every=crontab())`. It runs in one transaction, or with `in_steps=True`
opens a `unit_of_work()` for each step itself, and returns how many rows it changed, if that says something. It must be
safe to repeat: the process may die in the middle.
"""

from community.core.jobs.registry import Job, job, jobs
from community.core.jobs.running import run_job, run_later

__all__ = ["Job", "job", "jobs", "run_job", "run_later"]
