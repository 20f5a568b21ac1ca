"""Scheduled jobs of accounts."""

from __future__ import annotations

from huey import crontab

from community.accounts import keys, looking, seen
from community.accounts.services import administering, cleaning, end_expired_mutes, erase_due
from community.core.jobs import job


@job("sessions_seen", every=crontab(minute="*/5"))
def write_sessions_seen() -> int:
    """When sessions and people were last seen; sessions in use live on."""
    return seen.write_noted()


@job("keys_used", every=crontab())
def write_keys_used() -> int:
    """When keys of programs were last used."""
    return keys.write_used()


@job("suspensions_end", every=crontab(minute="*"))
def end_suspensions() -> int:
    """Accounts whose suspension is over are open again."""
    return administering.end_suspensions()


@job("accounts_unproven", every=crontab(minute="20", hour="3"))
def remove_unproven() -> int:
    """Accounts whose address nobody proved within 30 days, and that left nothing here, are removed."""
    return cleaning.remove_unproven()


@job("accounts_expired", every=crontab(minute="40", hour="3"))
def close_expired() -> int:
    """Tokens, sessions and log-ins nobody needs any more are removed."""
    return cleaning.close_expired()


@job("mutes_expired", every=crontab(minute="*"))
def remove_expired_mutes() -> int:
    """Mutes whose time is over go; they had no effect any more."""
    return end_expired_mutes()


@job("profile_views", every=crontab(minute="*/5"))
def write_profile_views() -> int:
    """How often profiles were looked at, once a day for each viewer."""
    return looking.write_noted()


@job("accounts_leaving", every=crontab(minute="50"))
def erase_accounts() -> int:
    """Accounts whose owners asked two weeks ago to leave are erased."""
    return erase_due()
