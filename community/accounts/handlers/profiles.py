"""What follows from a changed profile."""

from __future__ import annotations

from community.accounts import services
from community.accounts.events import UserProfileUpdated, UserVerified
from community.core.outbox import Delivered, handles


@handles(UserProfileUpdated, UserVerified, lane="analytics")
def count_completeness(deliveries: list[Delivered]) -> None:
    """How complete these profiles are now."""
    for user_id in sorted({delivery.event.user_id for delivery in deliveries}):
        services.set_completeness(user_id)
