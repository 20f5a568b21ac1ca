"""Logging in and signing up by an account elsewhere, linking one, and undoing that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from community.accounts import names, policies, queries
from community.accounts.devices import Device
from community.accounts.events import UserCreated, UserSignupRepeated, UserVerified
from community.accounts.models import OAuthAccount, Profile, User
from community.accounts.oauth.identity import Identity
from community.accounts.queries.security import ways_to_log_in
from community.accounts.services.alerts import raise_alert
from community.accounts.services.sessions import Admission, admit
from community.accounts.services.signing_up import add_user, too_young
from community.core import cache
from community.core import settings as site
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid, NotFound
from community.core.outbox import record
from community.core.transactions import savepoint
from community.core.viewer import Viewer
from community.extensions import db

LAST_METHOD = "This is your only way to log in. Set a password or add a passkey first."


def log_in_with(identity: Identity, *, remember: bool, device: Device) -> Admission:
    """Let the person in whose account this is, or on to the second factor. Raises `NotFound` for an account nobody linked.

    The attempt is noted either way, so the caller commits also when it answers with an error.
    """
    link = queries.linked_to(identity, lock=True)
    if link is None:
        raise NotFound
    link.email, link.email_verified = identity.email, identity.email_verified
    return admit(db.session.get_one(User, link.user_id), remember=remember, device=device, reason="OAUTH")


def sign_up_with(identity: Identity, *, display_name: str, username: str, email: str,
                 birthdate: dt.date | None = None) -> User | None:
    """Make an account that logs in by `identity`. With an address the provider confirmed it is active at once.

    Any other address is proven by our own link, as after a sign-up; one that is known already makes nothing and returns
    None, and its owner gets a mail. Raises `Conflict` for a known address that the provider confirmed, `Invalid` for a
    username that cannot be had and for who is too young, `Denied` where the site takes no new accounts.
    """
    if site.get("registration") != "OPEN":
        raise Denied("This site takes no new accounts at the moment.")
    is_proven = identity.email_verified
    email = identity.email if is_proven else email
    username = username.lower() or queries.unused_username(names.suggestion_for(display_name))
    problem = names.problem_with(username) or (
        "This username is taken." if queries.is_username_taken(username) else None)
    fields = {name: text for name, text in (("username", problem), ("birthdate", too_young(birthdate))) if text}
    if fields:
        raise Invalid(fields=fields)
    existing = queries.by_email(email)
    if existing is not None and is_proven:
        raise Conflict("There is an account with this address already.")
    if existing is not None:
        record(UserSignupRepeated(user_id=existing.id))
        return None
    user = add_user(email=email, username=username, display_name=display_name, password_hash=None)
    if site.get("minimum_age"):
        db.session.get_one(Profile, user.id).birthdate = birthdate
    _add_link(identity, user.id)
    if is_proven:
        user.verify_email(at=now())
        record(UserVerified(user_id=user.id, actor_user_id=user.id))
    record(UserCreated(user_id=user.id, method="OAUTH", actor_user_id=user.id))
    return user


def link(identity: Identity, provider_name: str, *, by: Viewer) -> None:
    """Let somebody who is logged in log in by `identity` too. Linking twice is no error. Raises `Conflict`.

    Another way in needs a fresh proof, as a passkey does.
    """
    require(policies.can_act(by))
    require_recent(by)
    existing = queries.linked_to(identity, lock=True)
    if existing is not None and existing.user_id == by.user_id:
        return
    if existing is not None:
        raise Conflict(f"This {provider_name} account is linked to another account here.")
    if not identity.email_verified:
        raise Conflict(f"{provider_name} has not confirmed your address there. Confirm it, then link the account.")
    if any(one.provider == identity.provider for one in queries.own_connections(by)):
        raise Conflict(f"Another {provider_name} account is linked already. Unlink that one first.")
    _add_link(identity, by.user_id or 0)
    raise_alert(by.user_id or 0, "OAUTH_LINKED", f"{provider_name}: {identity.label}")


def unlink(connection_id: int, provider_name: str, *, usable: Collection[str], by: Viewer) -> None:
    """Take a way to log in away. Raises `Invalid` for the last one; `usable` are the providers that are configured."""
    require(policies.can_act(by))
    user = db.session.scalars(select(User).where(User.id == by.user_id).with_for_update()).one()
    found = db.session.get(OAuthAccount, connection_id)
    if found is None or found.user_id != user.id:
        raise NotFound
    if ways_to_log_in(user, usable=usable, without=found.id) == 0:
        raise Invalid(LAST_METHOD)
    label = found.email
    db.session.delete(found)
    raise_alert(user.id, "OAUTH_UNLINKED", f"{provider_name}: {label}" if label else provider_name)
    cache.raise_later(f"u:{user.id}")


def _add_link(identity: Identity, user_id: int) -> None:
    at = now()
    row = OAuthAccount(provider=identity.provider, provider_account_id=identity.account_id, user_id=user_id,
                       email=identity.email, email_verified=identity.email_verified, created_at=at, updated_at=at)
    try:
        with savepoint():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("This account was linked a moment ago.") from None
