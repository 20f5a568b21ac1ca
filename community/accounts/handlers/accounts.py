"""Mails that follow from what happens to accounts."""

from __future__ import annotations

from collections.abc import Callable

from community.accounts import mails, queries, services
from community.accounts.events import (
    UserCreated,
    UserLoggedOut,
    UserProfileUpdated,
    UserSignupRepeated,
    UserVerificationRequested,
    UserVerified,
)
from community.accounts.models import User
from community.adapters.mail import Mail, send
from community.core import cache
from community.core.outbox import Delivered, Skip, handles
from community.core.transactions import unit_of_work

IMPORTED = "@example.invalid"


@handles(UserCreated, UserVerificationRequested, lane="email", outside=True)
def send_verification(delivery: Delivered) -> None:
    """Send the link that proves the address. A repeated delivery sends a newer link, and only the newest works."""
    with unit_of_work():
        user = queries.with_profile(delivery.event.user_id)
        if user.is_verified_email or user.email.endswith(IMPORTED):
            raise Skip
        mail = mails.verification(user, services.issue_verification(user))
    send(mail, key=delivery.delivery_key)


@handles(UserSignupRepeated, lane="email", outside=True)
def tell_already_registered(delivery: Delivered) -> None:
    """Tell the owner of an address that somebody tried to sign up with it."""
    send(_mail_to(delivery, mails.already_registered), key=delivery.delivery_key)


@handles(UserVerified, lane="email", outside=True)
def send_welcome(delivery: Delivered) -> None:
    """Say welcome once the address is proven."""
    send(_mail_to(delivery, mails.welcome), key=delivery.delivery_key)


@handles(UserVerified, UserProfileUpdated, UserLoggedOut, lane="cache")
def forget_accounts(deliveries: list[Delivered]) -> None:
    """What is kept of these people is old; the net under the same done after the commit."""
    for user_id in {delivery.event.user_id for delivery in deliveries}:
        cache.raise_generation(f"u:{user_id}")


def _mail_to(delivery: Delivered, write: Callable[[User], Mail]) -> Mail:
    with unit_of_work(commit=False):
        user = queries.with_profile(delivery.event.user_id)
        if user.email.endswith(IMPORTED):
            raise Skip
        return write(user)
