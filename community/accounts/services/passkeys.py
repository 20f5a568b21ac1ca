"""Passkeys: keys of devices that stand for password and second factor."""

from __future__ import annotations

import datetime as dt
import json
from base64 import urlsafe_b64decode

from sqlalchemy import delete, update

from community.accounts import policies
from community.accounts.devices import Device
from community.accounts.models import Passkey, PasskeyChallenge, User
from community.accounts.queries import security
from community.accounts.relying_party import relying_party
from community.accounts.services.alerts import raise_alert
from community.accounts.services.guarding import check_place, note_attempt
from community.accounts.services.sessions import Admission, admit
from community.core import cache, crypto
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Invalid, NotFound
from community.core.viewer import Viewer
from community.extensions import db

CHALLENGE_LIFE = dt.timedelta(minutes=5)
MOST = 20
_MAX_COUNT = 2**31 - 1
_BROKEN = "That did not work. Try again, or use another device."


def offer_registration(*, by: Viewer) -> str:
    """What the browser needs to make a passkey for the viewer, as JSON."""
    require(policies.can_act(by))
    require_recent(by)
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    user, site = db.session.get_one(User, by.user_id), relying_party()
    if by.user is None or len(security.passkeys_of(by)) >= MOST:
        raise Invalid(f"You have {MOST} passkeys. Remove one first.")
    options = generate_registration_options(
        rp_id=site.id, rp_name=site.name, user_name=user.username, user_display_name=by.user.display_name,
        user_id=user.public_id.bytes, challenge=_new_challenge("REGISTER", user.id),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=key.credential_id)
                             for key in security.passkeys_of(by)])
    return options_to_json(options)


def add_passkey(credential: str, name: str, *, by: Viewer) -> Passkey:
    """Keep a passkey the viewer's browser made. Raises `Invalid`."""
    require(policies.can_act(by))
    require_recent(by)
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _take_challenge(credential, "REGISTER", by.user_id)
    site = relying_party()
    try:
        made = verify_registration_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.id, expected_origin=site.origins,
            require_user_verification=True)
    except (WebAuthnException, ValueError) as error:
        raise Invalid(_BROKEN) from error
    if db.session.query(Passkey.id).filter_by(credential_id=made.credential_id).first():
        raise Invalid("This passkey is here already.")
    key = Passkey(user_id=by.user_id, credential_id=made.credential_id, public_key=made.credential_public_key,
                  sign_count=min(made.sign_count, _MAX_COUNT), transports=_transports(credential), name=name,
                  created_at=now())
    db.session.add(key)
    db.session.flush()
    raise_alert(by.user_id or 0, "PASSKEY_ADDED", f"“{name}” can log in to your account now.")
    cache.raise_later(f"u:{by.user_id}")
    return key


def rename_passkey(number: int, name: str, *, by: Viewer) -> None:
    """Call one of the viewer's passkeys something else. Raises `NotFound`."""
    require(policies.can_act(by))
    _own(number, by).name = name


def remove_passkey(number: int, *, by: Viewer) -> None:
    """Take a passkey away; the last way to log in stays. Raises `NotFound`, `Invalid`."""
    require(policies.can_act(by))
    require_recent(by)
    key = _own(number, by)
    user = db.session.get_one(User, by.user_id, with_for_update=True)
    if security.ways_to_log_in(user) <= 1:
        raise Invalid("This is your only way to log in. Set a password first.")
    db.session.delete(key)
    db.session.flush()
    raise_alert(user.id, "PASSKEY_REMOVED", f"“{key.name}” cannot log in to your account any more.")
    cache.raise_later(f"u:{user.id}")


def offer_log_in(user_id: int | None = None) -> str:
    """What the browser needs to log in with a passkey, or to prove who is here (`user_id`), as JSON."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers import structs

    keys = db.session.query(Passkey.credential_id).filter_by(user_id=user_id).all() if user_id else []
    options = generate_authentication_options(
        rp_id=relying_party().id, challenge=_new_challenge("CONFIRM" if user_id else "LOG_IN", user_id),
        user_verification=structs.UserVerificationRequirement.REQUIRED,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys])
    return options_to_json(options)


def log_in_with_passkey(credential: str, *, remember: bool, device: Device) -> Admission:
    """Let in whoever holds a passkey; it stands for password and second factor. Raises `TooFast`."""
    check_place(device)
    key = _verified(credential, "LOG_IN", None)
    if key is None:
        note_attempt(None, "UNKNOWN_USER", device, identifier="passkey")
        return Admission()
    return admit(db.session.get_one(User, key.user_id), remember=remember, device=device, has_both=True)


def proves(user: User, credential: str) -> bool:
    """Whether a passkey of this account signed the challenge it was given."""
    key = _verified(credential, "CONFIRM", user.id)
    return key is not None and key.user_id == user.id


def _verified(credential: str, purpose: str, user_id: int | None) -> Passkey | None:
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    site = relying_party()
    try:
        challenge = _take_challenge(credential, purpose, user_id)
        key = db.session.query(Passkey).filter_by(credential_id=_decoded(json.loads(credential)["id"])).first()
        if key is None:
            return None
        found = verify_authentication_response(
            credential=credential, expected_challenge=challenge, expected_rp_id=site.id, expected_origin=site.origins,
            credential_public_key=key.public_key, credential_current_sign_count=key.sign_count,
            require_user_verification=True)
    except (WebAuthnException, Invalid, ValueError, KeyError, TypeError):
        return None
    db.session.execute(update(Passkey).where(Passkey.id == key.id).values(
        sign_count=min(found.new_sign_count, _MAX_COUNT), last_used_at=now()))
    return key


def _new_challenge(purpose: str, user_id: int | None) -> bytes:
    challenge = crypto.new_token()
    db.session.add(PasskeyChallenge(challenge_hash=crypto.digest(challenge), user_id=user_id, purpose=purpose,
                                    expires_at=now() + CHALLENGE_LIFE))
    db.session.flush()
    return challenge.encode()


def _take_challenge(credential: str, purpose: str, user_id: int | None) -> bytes:
    """The challenge that was signed, if it was given out for this and not used before; used up now. Raises `Invalid`."""
    try:
        signed = json.loads(_decoded(json.loads(credential)["response"]["clientDataJSON"]))
        challenge = _decoded(signed["challenge"])
        digest = crypto.digest(challenge.decode())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(_BROKEN) from error
    who = PasskeyChallenge.user_id.is_(None) if user_id is None else PasskeyChallenge.user_id == user_id
    taken = db.session.scalar(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.challenge_hash == digest, PasskeyChallenge.purpose == purpose, who,
               PasskeyChallenge.expires_at > now())
        .returning(PasskeyChallenge.id).execution_options(synchronize_session=False))
    if taken is None:
        raise Invalid("That took too long. Try again.")
    return challenge


def _decoded(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def _transports(credential: str) -> list[str]:
    sent = json.loads(credential).get("response", {}).get("transports") or []
    known = ("usb", "nfc", "ble", "smart-card", "internal", "hybrid")
    return [name for name in sent if name in known]


def _own(number: int, by: Viewer) -> Passkey:
    key = db.session.query(Passkey).filter_by(id=number, user_id=by.user_id).first()
    if key is None:
        raise NotFound
    return key
