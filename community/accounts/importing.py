"""Accounts for people who wrote elsewhere: without a password, with an address that nobody can mail."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from slugify import slugify
from sqlalchemy import func, select, text

from community.accounts import names
from community.accounts.models import Profile, User
from community.core import bulk
from community.core.clock import now
from community.core.markdown import render
from community.extensions import db

LOCATION_MAX, BIO_MAX, WEBSITE_MAX = 80, 1_000, 208


@dataclass(frozen=True, slots=True)
class ImportedAccount:
    """A person of another site. `hint` tells apart people of the same name: an id they had there, or nothing."""

    display_name: str
    created_at: dt.datetime
    last_seen_at: dt.datetime | None = None
    bio: str = ""
    location: str = ""
    website: str = ""
    hint: str = ""


def add_accounts(accounts: Sequence[ImportedAccount]) -> list[int]:
    """Make accounts that cannot log in and return their ids in the same order.

    Usernames are made of the display names, which need neither be unique nor Latin. Publishes nothing. Raises psycopg's
    `UniqueViolation` when somebody signs up under one of the names at the same moment: repeat the transaction.
    """
    ids = bulk.reserve_ids(User, len(accounts))
    public_ids = _public_ids(len(accounts))
    at = now()
    usernames = bulk.free_names([_candidates(account) for account in accounts], _taken)
    rows = zip(ids, public_ids, usernames, accounts, strict=True)
    bulk.copy_rows(
        User, ("id", "public_id", "email", "username", "status", "last_seen_at", "created_at", "updated_at"),
        ((number, public_id, f"imported_{public_id}@example.invalid", username, "ACTIVE", account.last_seen_at,
          account.created_at, at) for number, public_id, username, account in rows))
    bulk.copy_rows(
        Profile, ("user_id", "display_name", "bio", "bio_html", "location", "website", "created_at", "updated_at"),
        ((number, account.display_name, account.bio, render(account.bio) if account.bio else "", account.location,
          account.website, account.created_at, at) for number, account in zip(ids, accounts, strict=True)))
    return ids


def _public_ids(count: int) -> list[uuid.UUID]:
    return list(db.session.scalars(text("SELECT uuidv7() FROM generate_series(1, :count)"), {"count": count}))


def _taken(usernames: Collection[str]) -> Collection[str]:
    found = select(func.lower(User.username)).where(func.lower(User.username).in_(usernames))
    return set(db.session.scalars(found))


def _candidates(account: ImportedAccount) -> Iterator[str]:
    """`ada_lovelace`, `ada_lovelace_42` with the hint, then `ada_lovelace_42_2`, `…_3` for as long as it takes."""
    made = slugify(account.display_name, max_length=names.MAX, separator="_").strip("_")
    if len(made) < names.MIN:
        made = f"member_{made}".rstrip("_")
    if names.problem_with(made) is None:
        yield made
    suffix = f"_{account.hint}" if account.hint else ""
    if suffix:
        yield _joined(made, suffix)
    number = 2
    while True:
        yield _joined(made, f"{suffix}_{number}")
        number += 1


def _joined(made: str, suffix: str) -> str:
    return made[: names.MAX - len(suffix)].rstrip("_") + suffix
