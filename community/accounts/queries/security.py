"""Reading what protects an account: failures, alerts, keys, and the ways to log in."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import cast, exists, func, select
from sqlalchemy.dialects.postgresql import INET

from community.accounts.devices import label_of
from community.accounts.models import (
    AccountToken,
    LoginAttempt,
    OAuthAccount,
    Passkey,
    RecoveryCode,
    SecurityAlert,
    Session,
    User,
)
from community.core import paging
from community.core.clock import now
from community.core.paging import Cursor, Page
from community.core.viewer import Viewer
from community.extensions import db

LOCK_AFTER, PLACE_AFTER = 5, 20
LOCK_WINDOW = dt.timedelta(minutes=15)
REMEMBERED_FOR = dt.timedelta(days=90)
"""How long log-ins are shown, and devices and countries known."""
HISTORY_PAGE = 50


def failures_of(identifier_hash: bytes, user_id: int | None) -> int:
    """How many tries for one identifier failed within a quarter of an hour, and since its owner unlocked it."""
    since = max(now() - LOCK_WINDOW, _unlocked_at(user_id) or now() - LOCK_WINDOW)
    statement = (select(func.count()).select_from(LoginAttempt)
                 .where(LoginAttempt.identifier_hash == identifier_hash, LoginAttempt.success.is_(False),
                        LoginAttempt.reason != "LOCKED", LoginAttempt.created_at > since))
    return db.session.scalar(statement) or 0


def failures_from(ip: str | None) -> int:
    """How many tries from one place failed within a quarter of an hour; of IPv6 a /64 is one place."""
    if ip is None:
        return 0
    place = ipaddress.ip_network((ip, 64 if ":" in ip else 32), strict=False)
    statement = (select(func.count()).select_from(LoginAttempt)
                 .where(LoginAttempt.ip.op("<<=")(cast(str(place), INET)), LoginAttempt.success.is_(False),
                        LoginAttempt.created_at > now() - LOCK_WINDOW))
    return db.session.scalar(statement) or 0


def _unlocked_at(user_id: int | None) -> dt.datetime | None:
    if user_id is None:
        return None
    return db.session.scalar(select(func.max(AccountToken.used_at)).where(
        AccountToken.user_id == user_id, AccountToken.purpose.in_(("UNLOCK", "RESET_PASSWORD"))))


@dataclass(frozen=True)
class Proofs:
    """What a person can prove with who they are."""

    password: bool
    code: bool
    passkey: bool


def proofs_of(user: User) -> Proofs:
    """The ways open to one account; a mailed code is open to everybody with a proven address."""
    return Proofs(password=user.password_hash is not None, code=user.two_factor_enabled, passkey=has_passkey(user.id))


def has_passkey(user_id: int) -> bool:
    return bool(db.session.scalar(select(exists().where(Passkey.user_id == user_id))))


def passkeys_of(viewer: Viewer) -> Sequence[Passkey]:
    """The viewer's passkeys, oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == viewer.user_id).order_by(Passkey.id)).all()


def ways_to_log_in(user: User, *, usable: Collection[str] | None = None, without: int | None = None) -> int:
    """How many ways to log in an account has; the last one is never taken away.

    Of the providers count those in `usable` (None: all of them), and not the linked account with the id `without`.
    """
    keys = select(func.count()).select_from(Passkey).where(Passkey.user_id == user.id).scalar_subquery()
    linked = select(func.count()).select_from(OAuthAccount).where(OAuthAccount.user_id == user.id,
                                                                  OAuthAccount.id != (without or 0))
    if usable is not None:
        linked = linked.where(OAuthAccount.provider.in_(usable))
    return int(user.password_hash is not None) + int(db.session.scalar(select(keys + linked.scalar_subquery())) or 0)


def recovery_codes_left(user_id: int) -> int:
    return db.session.scalar(select(func.count()).select_from(RecoveryCode).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))) or 0


def latest_alerts(viewer: Viewer, limit: int = 5) -> Sequence[SecurityAlert]:
    """What the viewer should know about, the newest first."""
    statement = (select(SecurityAlert).where(SecurityAlert.user_id == viewer.user_id)
                 .order_by(SecurityAlert.created_at.desc(), SecurityAlert.id.desc()).limit(limit))
    return db.session.scalars(statement).all()


@dataclass(frozen=True)
class PastLogIn:
    """One try to log in, as its owner sees it."""

    id: int
    created_at: dt.datetime
    success: bool
    reason: str
    device: str
    location: str
    ip: str | None


def login_history(viewer: Viewer, cursor: str | None) -> Page[PastLogIn]:
    """The viewer's log-ins of 90 days, 50 a page, the newest first."""
    after = paging.position(cursor, sort="log-ins")
    statement = select(LoginAttempt).where(LoginAttempt.user_id == viewer.user_id,
                                           LoginAttempt.created_at > now() - REMEMBERED_FOR)
    if after is not None:
        statement = statement.where(LoginAttempt.created_at <= after[0],
                                    (LoginAttempt.created_at < after[0]) | (LoginAttempt.id < after[1]))
    order = (LoginAttempt.created_at.desc(), LoginAttempt.id.desc())
    found = db.session.scalars(statement.order_by(*order).limit(HISTORY_PAGE + 1)).all()
    rows = [PastLogIn(row.id, row.created_at, row.success, row.reason, label_of(row.user_agent), row.location, row.ip)
            for row in found]
    return paging.slice_page(rows, HISTORY_PAGE, lambda row: Cursor("log-ins", row.created_at, row.id))


def known_places(user_id: int) -> tuple[set[str], set[str]]:
    """The devices and the places of a person's sessions of the last 90 days."""
    rows = db.session.execute(select(Session.device_label, Session.location).where(
        Session.user_id == user_id, Session.created_at > now() - REMEMBERED_FOR).distinct())
    found = [(row.device_label, row.location) for row in rows]
    return {label for label, _ in found}, {place for _, place in found if place}
