"""Mails about how people log in. The tokens in them are made here, so that no event ever carries one."""

from __future__ import annotations

from collections.abc import Callable

from community.accounts import mails, queries, services
from community.accounts.events import (
    SecurityAlertRaised,
    UserBanned,
    UserCodeRequested,
    UserDeletionCancelled,
    UserDeletionRequested,
    UserEmailChanged,
    UserEmailChangeRequested,
    UserPasswordResetRequested,
    UserReinstated,
    UserSuspended,
    UserTwoFactorChanged,
)
from community.accounts.handlers.accounts import IMPORTED
from community.accounts.models import AccountToken, SecurityAlert, User
from community.adapters.mail import Mail, send
from community.core import cache
from community.core.clock import now
from community.core.outbox import Delivered, Skip, handles
from community.core.transactions import unit_of_work
from community.extensions import db


@handles(UserPasswordResetRequested, lane="email", outside=True)
def send_reset(delivery: Delivered) -> None:
    """Send the link that sets a new password; only the newest works."""
    _send(delivery, lambda user: mails.reset(
        user, services.issue_token(user, "RESET_PASSWORD", {"email": user.email})))


@handles(UserEmailChangeRequested, lane="email", outside=True)
def send_new_address(delivery: Delivered) -> None:
    """Send the link that proves a new address, to that address."""

    def write(user: User) -> Mail:
        row = _open_token(delivery)
        return mails.new_address(user, str(row.payload["email"]), services.mint_token(row))

    _send(delivery, write)


@handles(UserEmailChanged, lane="email", outside=True)
def tell_older_address(delivery: Delivered) -> None:
    """Tell the owner of the older address, with the way back."""
    if delivery.event.token_id is None:
        raise Skip

    def write(user: User) -> Mail:
        row = _open_token(delivery)
        return mails.address_changed(user, str(row.payload["email"]), services.mint_token(row))

    _send(delivery, write)


@handles(UserCodeRequested, lane="email", outside=True)
def send_code(delivery: Delivered) -> None:
    """Send the code that proves who is there."""
    _send(delivery, lambda user: mails.identity_code(user, services.mint_code(_open_token(delivery))))


@handles(UserDeletionRequested, lane="email", outside=True)
def send_way_back(delivery: Delivered) -> None:
    """Tell somebody who leaves until when they may stay."""
    _send(delivery, lambda user: mails.leaving(user, services.mint_token(_open_token(delivery))))


@handles(UserDeletionCancelled, lane="email", outside=True)
def tell_who_stays(delivery: Delivered) -> None:
    """Say that the account is not deleted."""
    _send(delivery, mails.stays)


@handles(SecurityAlertRaised, lane="email", outside=True)
def send_alert(delivery: Delivered) -> None:
    """Tell the owner of an account what happened. A changed address has a mail of its own, to the older one."""

    def write(user: User) -> Mail:
        found = db.session.get_one(SecurityAlert, delivery.event.alert_id)
        if found.type == "EMAIL_CHANGED":
            raise Skip
        purpose = "UNLOCK" if found.type == "LOCKOUT" else "NOT_ME"
        return mails.alert(user, found, services.issue_token(user, purpose, keep_older=purpose == "NOT_ME"))

    _send(delivery, write)


@handles(UserSuspended, UserBanned, UserReinstated, UserTwoFactorChanged, UserEmailChanged, lane="cache")
def forget_standing(deliveries: list[Delivered]) -> None:
    """What is kept of these people is old; the net under the same done after the commit."""
    for user_id in {delivery.event.user_id for delivery in deliveries}:
        cache.raise_generation(f"u:{user_id}")


def _send(delivery: Delivered, write: Callable[[User], Mail]) -> None:
    with unit_of_work():
        user = queries.with_profile(delivery.event.user_id)
        if user.email.endswith(IMPORTED) or user.status == "DELETED":
            raise Skip
        mail = write(user)
    send(mail, key=delivery.delivery_key)


def _open_token(delivery: Delivered) -> AccountToken:
    row = db.session.get(AccountToken, delivery.event.token_id)
    if row is None or not row.is_usable(at=now()):
        raise Skip
    return row
