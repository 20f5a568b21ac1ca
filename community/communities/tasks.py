"""Scheduled jobs of communities."""

from __future__ import annotations

from huey import crontab
from sqlalchemy import select

from community.communities import activity, services
from community.communities.models import Community
from community.core.jobs import job
from community.core.transactions import unit_of_work
from community.extensions import db


@job("members_active", every=crontab(minute="*/5"))
def write_members_active() -> int:
    """When members were last active."""
    return activity.write_noted()


@job("members_expire", every=crontab())
def end_what_expired() -> int:
    """Suspensions, bans and mutes end by themselves."""
    return services.end_what_expired()


@job("ownership_offers_expire", every=crontab(minute="7"))
def expire_offers() -> int:
    """Offers of ownership that nobody answered in seven days."""
    return services.expire_offers()


@job("trust_levels", every=crontab(hour="2", minute="30"), in_steps=True)
def recompute_trust() -> int:
    """Levels of trust, a few hundred members a step."""
    with unit_of_work(commit=False):
        ids = db.session.scalars(select(Community.id).where(Community.status == "ACTIVE").order_by(Community.id)).all()
    risen = 0
    for community_id in ids:
        after = 0
        while True:
            with unit_of_work():
                count, after = services.recompute_trust(community_id, after=after)
            risen += count
            if not after:
                break
    return risen


@job("space_contributions", every=crontab(hour="3", minute="10"))
def recompute_contributions() -> int:
    """What the members of spaces gave to them."""
    return services.recompute_contributions()


@job("communities_purge", every=crontab(hour="4", minute="30"), in_steps=True)
def purge_communities() -> int:
    """Communities whose time of grace is over, one a step."""
    removed = 0
    while True:
        with unit_of_work():
            count = services.purge_one()
        if not count:
            return removed
        removed += count
