"""Two-step log-in: codes of an authenticator app, recovery codes, and the second step itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, update

from community.accounts import policies, queries
from community.accounts.devices import Device
from community.accounts.events import UserTwoFactorChanged
from community.accounts.models import AccountToken, RecoveryCode, User
from community.accounts.services.alerts import raise_alert
from community.accounts.services.guarding import check_place, is_locked, note_attempt
from community.accounts.services.sessions import renew_session, start_session
from community.core import cache, crypto, settings
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Gone, Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

STEP = 30
"""Seconds a code stands for."""
TRIES = 5
CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_WRONG = "That code is not right, or it was used already. Wait for the next one."


@dataclass(frozen=True)
class Enrolled:
    """What turning two-step log-in on gave: the recovery codes, shown once, and the session's new token."""

    codes: list[str]
    session_token: str


def begin_enrolment(*, by: Viewer) -> None:
    """Make a secret that waits for its first right code."""
    require(policies.can_act(by))
    require_recent(by)
    user = _own(by)
    if user.two_factor_enabled:
        raise Invalid("Two-step log-in is on already.")
    user.two_factor_secret, user.two_factor_step = pyotp.random_base32(), None
    db.session.flush()


def enrol(code: str, *, by: Viewer) -> Enrolled:
    """Turn two-step log-in on with the first right code. Raises `Invalid`."""
    require(policies.can_act(by))
    require_recent(by)
    user = _own(by)
    if user.two_factor_enabled or user.two_factor_secret is None:
        raise Invalid("Start again: this set-up is over.")
    if not accept_code(user, code):
        raise Invalid(fields={"code": "That code is not right. Check the clock of your phone, and type the newest code."})
    user.two_factor_enabled = True
    codes = _new_codes(user)
    _changed(user, by, enabled=True)
    return Enrolled(codes, renew_session(by.session_id or 0))


def address_of(user: User) -> str:
    """The address an authenticator app reads out of the QR code."""
    totp = pyotp.TOTP(user.two_factor_secret or "")
    return totp.provisioning_uri(name=user.username, issuer_name=str(settings.get("site_name")))


def disable(password: str, code: str, *, by: Viewer) -> None:
    """Turn two-step log-in off, with password and code. People without a password prove themselves anew instead."""
    require(policies.can_act(by))
    require_recent(by)
    user = _own(by)
    if not user.two_factor_enabled:
        raise Invalid("Two-step log-in is off already.")
    if user.password_hash is not None and not crypto.verify_password(user.password_hash, password):
        raise Invalid(fields={"password": "That is not your password."})
    if not (accept_code(user, code) or _use_recovery_code(user, code)):
        raise Invalid(fields={"code": _WRONG})
    user.two_factor_enabled, user.two_factor_secret, user.two_factor_step = False, None, None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    _changed(user, by, enabled=False)


def renew_recovery_codes(*, by: Viewer) -> list[str]:
    """Ten new recovery codes; the older ones stop working."""
    require(policies.can_act(by))
    require_recent(by)
    user = _own(by)
    if not user.two_factor_enabled:
        raise Invalid("Turn two-step log-in on first.")
    return _new_codes(user)


def pass_second_factor(pending: str, code: str, *, device: Device) -> str:
    """Finish a log-in with a code of the app or a recovery code; returns the token of the session.

    Five tries in ten minutes. Raises `Gone` when the pending log-in is over, `Invalid` for a wrong code; the caller
    commits in both cases, because the tries count.
    """
    check_place(device)
    row = _count_try(pending)
    user = db.session.get_one(User, row.user_id)
    if user.status in ("BANNED", "DELETED") or is_locked(user):
        note_attempt(user, "BANNED" if user.status in ("BANNED", "DELETED") else "LOCKED", device)
        raise Invalid(fields={"code": _WRONG})
    is_recovery = not code.strip().replace(" ", "").isdigit()
    right = _use_recovery_code(user, code) if is_recovery else accept_code(user, code)
    if not right:
        note_attempt(user, "BAD_2FA", device)
        raise Invalid(fields={"code": _WRONG})
    _finish(row)
    if is_recovery:
        raise_alert(user.id, "RECOVERY_CODE_USED", f"It was used with {device.described}.")
    note_attempt(user, str(row.payload.get("reason", "OK")), device)
    return start_session(user, remember=row.payload.get("remember") is True, device=device, second_factor=True)


def accept_code(user: User, code: str) -> bool:
    """Whether a code of the app is right now (a step of 30 seconds early or late included); each counts once."""
    typed = code.replace(" ", "")
    if user.two_factor_secret is None or not (typed.isascii() and typed.isdigit() and len(typed) == 6):
        return False
    totp, present = pyotp.TOTP(user.two_factor_secret), int(now().timestamp()) // STEP
    step = next((at for at in (present, present - 1, present + 1)
                 if secrets.compare_digest(totp.generate_otp(at), typed)), None)
    return step is not None and _claim_step(user, step)


def _claim_step(user: User, step: int) -> bool:
    """Note that the code of a step was used; False when it was, or a later one. Two at once: one wins."""
    claimed = db.session.scalar(
        update(User).where(User.id == user.id, User.two_factor_step.is_(None) | (User.two_factor_step < step))
        .values(two_factor_step=step).returning(User.id).execution_options(synchronize_session=False))
    db.session.expire(user, ["two_factor_step"])
    return claimed is not None


def _use_recovery_code(user: User, code: str) -> bool:
    """Use up a recovery code; of two at once one wins."""
    used = db.session.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, RecoveryCode.code_hash == _hash_of(user.id, code),
               RecoveryCode.used_at.is_(None))
        .values(used_at=now()).returning(RecoveryCode.id).execution_options(synchronize_session=False))
    return used is not None


def _count_try(pending: str) -> AccountToken:
    found = queries.usable_token(pending, "SECOND_FACTOR")
    counted = found and db.session.scalar(
        update(AccountToken)
        .where(AccountToken.id == found.id, AccountToken.tries < TRIES, AccountToken.used_at.is_(None))
        .values(tries=AccountToken.tries + 1).returning(AccountToken.id).execution_options(synchronize_session=False))
    if found is None or counted is None:
        raise Gone("This log-in took too long or too many tries. Start again.")
    return found


def _finish(row: AccountToken) -> None:
    """Use the pending log-in up. Raises `Gone` when another request was faster."""
    finished = db.session.scalar(
        update(AccountToken).where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
        .values(used_at=now()).returning(AccountToken.id).execution_options(synchronize_session=False))
    if finished is None:
        raise Gone("This log-in was finished already. Start again.")


def _new_codes(user: User) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
    db.session.add_all([RecoveryCode(user_id=user.id, code_hash=_hash_of(user.id, code), created_at=now())
                        for code in codes])
    db.session.flush()
    return codes


def _hash_of(user_id: int, code: str) -> bytes:
    plain = code.strip().lower().replace("-", "").replace(" ", "")
    return crypto.keyed_digest(f"{user_id}:{plain}", purpose="recovery code")


def _changed(user: User, by: Viewer, *, enabled: bool) -> None:
    db.session.flush()
    record(UserTwoFactorChanged(user_id=user.id, enabled=enabled, actor_user_id=by.user_id))
    raise_alert(user.id, "TWO_FACTOR_ENABLED" if enabled else "TWO_FACTOR_DISABLED",
                "From now on a code is asked for at each log-in." if enabled else
                "Your password alone is enough to log in again.")
    cache.raise_later(f"u:{user.id}")


def _own(by: Viewer) -> User:
    return db.session.get_one(User, by.user_id, with_for_update=True)
