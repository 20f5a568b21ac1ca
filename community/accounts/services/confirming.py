"""Proving again who one is, before something sensitive."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from community.accounts import policies
from community.accounts.devices import Device
from community.accounts.events import UserCodeRequested
from community.accounts.models import AccountToken, User
from community.accounts.services import passkeys, two_factor
from community.accounts.services.guarding import check_place, is_locked, note_attempt
from community.accounts.services.sessions import renew_session
from community.accounts.services.tokens import promise_token
from community.core import crypto
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Invalid, NotConfirmed
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

TRIES = 5
LOCKED = "Too many wrong tries. Wait a quarter of an hour, or use the link in the mail we sent you."


@dataclass(frozen=True)
class Proof:
    """What somebody brings: one of these."""

    password: str = ""
    code: str = ""
    """Of the authenticator app."""
    mailed: str = ""
    """A code that was sent by mail."""
    passkey: str = ""
    """What a passkey signed, in JSON."""


def confirm_identity(proof: Proof, *, by: Viewer, device: Device) -> tuple[Viewer, str]:
    """Take a proof; answers with the viewer as confirmed, and the new token of the session.

    Wrong proofs are noted like wrong passwords of a log-in, and stop being looked at after five of them, so the caller
    commits also when `NotConfirmed` is raised.
    """
    require(policies.can_act(by))
    check_place(device)
    user = db.session.get_one(User, by.user_id)
    if is_locked(user):
        raise NotConfirmed(LOCKED, is_wrong=True)
    wrong = _what_is_wrong(user, proof)
    if wrong is not None:
        note_attempt(user, wrong[0], device)
        raise NotConfirmed(wrong[1], is_wrong=True, code_sent=bool(proof.mailed))
    token = renew_session(by.session_id or 0, confirmed_at=now())
    return replace(by, confirmed_at=now()), token


def request_code(*, by: Viewer) -> None:
    """Send a code to the person's own address."""
    require(policies.can_act(by))
    user = db.session.get_one(User, by.user_id)
    if not user.is_verified_email:
        raise Invalid("Confirm your address first, so that we can send you a code.")
    token = promise_token(user, "CONFIRM")
    record(UserCodeRequested(user_id=user.id, token_id=token.id, actor_user_id=user.id))


def mint_code(row: AccountToken) -> str:
    """Six digits for a code that is about to be mailed; one that was sent before stops working."""
    code = f"{secrets.randbelow(10**6):06d}"
    row.token_hash = _hash_of(row, code)
    db.session.flush()
    return code


def _what_is_wrong(user: User, proof: Proof) -> tuple[str, str] | None:
    """The reason for the history and the message, or None where the proof holds."""
    if proof.passkey:
        return None if passkeys.proves(user, proof.passkey) else ("BAD_2FA", "That passkey did not work. Try again.")
    if proof.mailed:
        return None if _is_mailed(user, proof.mailed) else ("BAD_2FA", "That is not the code we sent, or it is too old.")
    if proof.code:
        right = two_factor.accept_code(user, proof.code)
        return None if right else ("BAD_2FA", "That code is not right, or it was used already. Wait for the next one.")
    right = crypto.verify_password(user.password_hash, proof.password)
    return None if right else ("BAD_PASSWORD", "That is not your password.")


def _is_mailed(user: User, code: str) -> bool:
    row = db.session.scalars(
        select(AccountToken).where(AccountToken.user_id == user.id, AccountToken.purpose == "CONFIRM",
                                   AccountToken.used_at.is_(None), AccountToken.expires_at > now())
        .order_by(AccountToken.id.desc()).limit(1)).first()
    if row is None or not _counts(row):
        return False
    if not secrets.compare_digest(row.token_hash, _hash_of(row, code.strip())):
        return False
    used = (update(AccountToken).where(AccountToken.id == row.id, AccountToken.used_at.is_(None))
            .values(used_at=now()).returning(AccountToken.id).execution_options(synchronize_session=False))
    return db.session.scalar(used) is not None


def _counts(row: AccountToken) -> bool:
    """Count a try of a mailed code; False after five."""
    counted = (update(AccountToken).where(AccountToken.id == row.id, AccountToken.tries < TRIES)
               .values(tries=AccountToken.tries + 1).returning(AccountToken.id)
               .execution_options(synchronize_session=False))
    return db.session.scalar(counted) is not None


def _hash_of(row: AccountToken, code: str) -> bytes:
    return crypto.keyed_digest(f"{row.id}:{row.user_id}:{code}", purpose="mailed code")
