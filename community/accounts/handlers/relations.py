"""What follows from blocks, mutes and follows."""

from __future__ import annotations

from community.accounts.events import UserBlocked, UserMuted, UserUnblocked
from community.core import broadcast, cache
from community.core.outbox import Delivered, handles


@handles(UserBlocked, UserUnblocked, UserMuted, lane="cache")
def forget_relations(deliveries: list[Delivered]) -> None:
    """Whom these people do not meet has changed; the net under the same done after the commit."""
    people = {delivery.event.user_id for delivery in deliveries} | {
        delivery.event.actor_user_id for delivery in deliveries}
    for user_id in sorted(people - {None}):
        cache.raise_generation(f"u:{user_id}")
        broadcast.recheck(user_id)
