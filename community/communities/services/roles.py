"""Roles, titles, and handing a community over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from community.communities import policies, queries
from community.communities.events import MemberRoleChanged, OwnershipOffered, OwnershipTransferred
from community.communities.models import Member, OwnershipOffer
from community.communities.services.membership import keep_an_owner
from community.communities.services.rows import here, insert
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Gone, Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import ROLES, Viewer
from community.extensions import db

OFFER_LIFE = dt.timedelta(days=7)


def change_role(member_id: int, role: str, *, by: Viewer) -> Member:
    """Give somebody another role, at once. Raises `Conflict` where nobody would own the community any more."""
    require(policies.can_change_role(by, queries.member_here(here(by).id, member_id), role))
    require_recent(by)
    if role != "OWNER":
        keep_an_owner(here(by).id, member_id)
    member = queries.member_here(here(by).id, member_id, lock=True)
    require(policies.can_change_role(by, member, role))
    if member.role == role:
        return member
    _set_role(member, role, by)
    return member


def describe_member(member_id: int, *, title: str, nickname: str, by: Viewer) -> Member:
    """Give somebody a title beside the name, and a name of this place."""
    require(policies.can_describe(by, queries.member_here(here(by).id, member_id)))
    member = queries.member_here(here(by).id, member_id, lock=True)
    before: dict[str, object] = {"title": member.title, "nickname": member.nickname}
    member.title, member.nickname = title, nickname or None
    audit("UPDATE", "member.described", ("member", member.id), by=by, community_id=member.community_id, before=before,
          after={"title": title, "nickname": nickname or None})
    return member


def offer_ownership(member_id: int, *, by: Viewer) -> OwnershipOffer:
    """Offer the community to an active member, who has seven days. One offer waits at a time."""
    require(policies.can_own(by))
    require_recent(by)
    giver = by.member
    if giver is None or giver.role != "OWNER":
        raise Conflict("Only an owner hands the community over.")
    member = queries.member_here(here(by).id, member_id, lock=True)
    if member.status != "ACTIVE" or member.role == "OWNER":
        raise Invalid(fields={"member": "Choose an active member who does not own the community yet."})
    waiting = queries.open_offer(here(by).id)
    if waiting is not None:
        raise Conflict("An offer is waiting for an answer already.")
    at = now()
    offer = OwnershipOffer(community_id=here(by).id, from_member_id=giver.id, to_member_id=member.id, created_at=at,
                           expires_at=at + OFFER_LIFE)
    insert(offer, field="offer")
    audit("PERMISSION_CHANGE", "ownership.offered", ("member", member.id), by=by, community_id=member.community_id)
    record(OwnershipOffered(offer_id=offer.id, community_id=offer.community_id, actor_user_id=by.user_id))
    return offer


def accept_ownership(*, by: Viewer) -> Member:
    """Take the community over; who owned it becomes an admin. Raises `Gone` for an offer that is not open any more."""
    require(policies.can_write_here(by))
    require_recent(by)
    offer = _own_offer(by)
    db.session.scalars(select(Member.id).where(Member.id.in_((offer.from_member_id, offer.to_member_id)))
                       .order_by(Member.id).with_for_update()).all()
    giver = queries.member_here(offer.community_id, offer.from_member_id, lock=True)
    taker = queries.member_here(offer.community_id, offer.to_member_id, lock=True)
    if giver.status != "ACTIVE" or giver.role != "OWNER" or taker.status != "ACTIVE":
        raise Gone("This offer does not stand any more.")
    _settle(offer, "ACCEPTED")
    _set_role(taker, "OWNER", by)
    _set_role(giver, "ADMIN", by)
    record(OwnershipTransferred(offer_id=offer.id, community_id=offer.community_id, actor_user_id=by.user_id))
    return taker


def decline_ownership(*, by: Viewer) -> None:
    """Say no to an offer."""
    require(policies.can_leave(by))
    _settle(_own_offer(by), "DECLINED")


def withdraw_ownership(*, by: Viewer) -> None:
    """Take an offer back. Raises `NotFound` where none waits."""
    require(policies.can_own(by))
    offer = queries.open_offer(here(by).id, lock=True)
    if offer is None:
        raise NotFound
    _settle(offer, "WITHDRAWN")
    audit("PERMISSION_CHANGE", "ownership.withdrawn", ("member", offer.to_member_id), by=by, community_id=offer.community_id)


def expire_offers() -> int:
    """Offers nobody answered in time are over; returns how many."""
    late = db.session.query(OwnershipOffer).filter(
        OwnershipOffer.settled_at.is_(None), OwnershipOffer.expires_at <= now()).with_for_update(skip_locked=True).all()
    for offer in late:
        _settle(offer, "EXPIRED")
    return len(late)


def _own_offer(by: Viewer) -> OwnershipOffer:
    offer = queries.open_offer(here(by).id, lock=True)
    if offer is None or by.member is None or offer.to_member_id != by.member.id or offer.expires_at <= now():
        raise Gone("This offer does not stand any more.")
    return offer


def _settle(offer: OwnershipOffer, outcome: str) -> None:
    offer.settled_at, offer.outcome = now(), outcome
    db.session.flush()


def _set_role(member: Member, role: str, by: Viewer) -> None:
    before = member.role
    member.role = role
    if ROLES.index(role) > 0:
        member.trust_level = "TRUSTED"
    audit("PERMISSION_CHANGE", "member.role_changed", ("member", member.id), by=by, community_id=member.community_id,
          before={"role": before}, after={"role": role})
    db.session.flush()
    record(MemberRoleChanged(member_id=member.id, community_id=member.community_id, role=role, actor_user_id=by.user_id))
    cache.raise_later(f"u:{member.user_id}")
    broadcast.recheck(member.user_id)
