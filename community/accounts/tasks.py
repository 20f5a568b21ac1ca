"""Scheduled jobs of accounts."""

from __future__ import annotations

from huey import crontab

from community.accounts import keys, seen
from community.core.jobs import job


@job("sessions_seen", every=crontab(minute="*/5"))
def write_sessions_seen() -> int:
    """When sessions and people were last seen; sessions in use live on."""
    return seen.write_noted()


@job("keys_used", every=crontab())
def write_keys_used() -> int:
    """When keys of programs were last used."""
    return keys.write_used()
