"""Clearing up after uploads."""

from __future__ import annotations

import datetime as dt

from huey import crontab

from community.adapters.storage import Stored, storage
from community.core.clock import now
from community.core.jobs import job
from community.core.transactions import unit_of_work
from community.media import queries, services
from community.media.services.storing import UPLOAD, path_of

KEPT = dt.timedelta(hours=24)
"""Files younger than this may belong to a row that is being written."""


@job("media_stuck", every=crontab(minute="*/5"))
def media_stuck() -> int:
    """Tell who sent them that nothing came of uploads whose worker is gone."""
    return services.fail_stuck()


@job("media_loose", every=crontab(minute="7"))
def media_loose() -> int:
    """Remove uploads that nothing has shown for a day; their bytes return to their communities."""
    return services.clear_loose()


@job("media_files", every=crontab(hour="4", minute="47"), limit=dt.timedelta(hours=1), in_steps=True)
def media_files() -> int:
    """Remove files in the storage that no row names: what a process that died left behind."""
    removed = 0
    for files in storage().listing():
        old = [file for file in files if file.written_at < now() - KEPT]
        removed += _remove_nameless(old)
    return removed


def _remove_nameless(files: list[Stored]) -> int:
    keys = {file.path: file.path.rpartition("/")[0].rpartition("/")[2] for file in files}
    with unit_of_work(commit=False):
        left = queries.files_left(sorted(set(keys.values())))
    gone = [path for path, key in keys.items() if key not in left or (left[key] and path == path_of(key, UPLOAD))]
    storage().remove(gone)
    return len(gone)
