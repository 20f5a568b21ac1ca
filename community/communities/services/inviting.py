"""Making, revoking and using invitations."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError

from community.communities import policies, queries, viewers
from community.communities.events import InviteCreated, InviteRevoked, InviteUsed
from community.communities.models import Invite, InviteUse, Member, Space
from community.communities.services.membership import check_rules, enter
from community.communities.services.rows import here
from community.communities.services.spaces import add_to_space
from community.core import crypto
from community.core.audit import audit
from community.core.authz import require
from community.core.clock import now
from community.core.errors import AppError, Denied, Gone, NotFound, TooFast
from community.core.outbox import record
from community.core.viewer import ROLES, Grant, Viewer
from community.extensions import db

EXPIRES = dt.timedelta(days=30)
OVER = "This invitation has been used, was taken back or is too old."


@dataclass(frozen=True, slots=True)
class Offer:
    """What an invitation gives, and for how long."""

    role: str = "MEMBER"
    space: Grant | None = None
    max_uses: int | None = None
    days: int = EXPIRES.days


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of one address of a list."""

    email: str
    problem: str = ""


def create_invite(offer: Offer, *, by: Viewer, email: str | None = None) -> Invite:
    """Make a link, or invite an address, which gets a mail. Raises `TooFast` beyond the number a day."""
    require(policies.can_invite_as(by, offer.role, offer.space))
    member_id = by.member.id if by.member else 0
    db.session.query(Member.id).filter_by(id=member_id).with_for_update().one()
    if queries.invites_of_today(member_id) >= (policies.DAILY_STAFF if by.is_staff else policies.DAILY):
        raise TooFast(3600, "That were enough invitations for a day. Go on tomorrow.")
    at, code = now(), secrets.token_urlsafe(16)
    made = Invite(community_id=here(by).id, space_id=offer.space.id if offer.space else None, code=code,
                  code_hash=crypto.digest(code), email=email, role=offer.role, created_by=member_id, created_at=at,
                  max_uses=1 if email else offer.max_uses, used_count=0, expires_at=at + dt.timedelta(days=offer.days))
    db.session.add(made)
    db.session.flush()
    if offer.role != "MEMBER":
        audit("PERMISSION_CHANGE", "invite.created", ("invite", made.id), by=by, community_id=made.community_id,
              after={"role": offer.role})
    record(InviteCreated(invite_id=made.id, community_id=made.community_id, actor_user_id=by.user_id))
    return made


def invite_addresses(emails: Sequence[str], offer: Offer, *, by: Viewer) -> list[Invited]:
    """Invite a list of addresses; says for each what became of it. Who belongs already is not told, and gets no mail."""
    require(policies.can_invite_as(by, offer.role, offer.space))
    community_id, results, done = here(by).id, [], set[str]()
    for email in emails:
        if email.lower() in done or queries.open_invite_to(community_id, email):
            results.append(Invited(email, "invited already"))
            continue
        done.add(email.lower())
        try:
            create_invite(offer, by=by, email=email)
            results.append(Invited(email))
        except TooFast as error:
            results.append(Invited(email, str(error)))
    return results


def revoke_invite(invite_id: int, *, by: Viewer) -> None:
    """Take an invitation back; whoever came in by it stays. Raises `NotFound`."""
    require(policies.can_see_invites(by))
    found = queries.get_invite(by, invite_id)
    require(policies.can_revoke_invite(by, found.created_by))
    if found.revoked_at is None:
        found.revoked_at = now()
        record(InviteRevoked(invite_id=found.id, community_id=found.community_id, actor_user_id=by.user_id))


def accept_invite(code: str, *, by: Viewer, rules_version: int | None = None) -> Member:
    """Come in by an invitation, past any approval. The last place goes to exactly one.

    Raises `Gone` for one that is used up, late or revoked, `Denied` for one sent to another address, and `Invalid` where
    the rules were not accepted. Whoever belongs already only gets the space.
    """
    require(policies.can_accept_invite(by))
    place, user_id = here(by), by.user_id or 0
    found = queries.invitation(place.id, code)
    if found is None:
        raise NotFound
    invite = found.invite
    if invite.email is not None and invite.email.lower() != queries.email_of(user_id).lower():
        raise Denied("This invitation was sent to another address.")
    community, inviter = queries.get_community(place.id), _inviter(invite)
    if not by.reads_as_member:
        check_rules(community, rules_version)
    if by.reads_as_member and invite.space_id is None:
        return queries.member_here(place.id, by.member.id if by.member else 0)
    _take_place(invite, user_id)
    is_below = inviter.rank > ROLES.index(invite.role)
    member = enter(community, user_id, role=invite.role if is_below else "MEMBER", invited_by=invite.created_by)
    _lead_into_space(invite, member, inviter)
    record(InviteUsed(invite_id=invite.id, community_id=place.id, actor_user_id=user_id))
    return member


def note_mailed(invite_id: int) -> None:
    """The mail of an invitation went out."""
    db.session.execute(update(Invite).where(Invite.id == invite_id).values(mailed_at=now()))


def _inviter(invite: Invite) -> Viewer:
    """Who invited, with the rights of now. Raises `Gone` where they may not invite any more."""
    member = db.session.get_one(Member, invite.created_by)
    try:
        inviter = viewers.for_community(viewers.of_user(member.user_id), invite.community_id)
    except AppError:
        raise Gone(OVER) from None
    if not policies.can_invite(inviter):
        raise Gone(OVER)
    return inviter


def _take_place(invite: Invite, user_id: int) -> None:
    """Count the use, if there is a place left for somebody who has not used it before."""
    at = now()
    if invite.revoked_at is not None or invite.expires_at <= at:
        raise Gone(OVER)
    taken = db.session.execute(
        update(Invite).where(Invite.id == invite.id, Invite.revoked_at.is_(None), Invite.expires_at > at,
                             or_(Invite.max_uses.is_(None), Invite.used_count < Invite.max_uses))
        .values(used_count=Invite.used_count + 1).returning(Invite.id).execution_options(synchronize_session=False)).first()
    if taken is None:
        raise Gone(OVER)
    try:
        with db.session.begin_nested():
            db.session.add(InviteUse(invite_id=invite.id, user_id=user_id, used_at=at))
    except IntegrityError:
        raise Gone("You used this invitation before.") from None


def _lead_into_space(invite: Invite, member: Member, inviter: Viewer) -> None:
    space = db.session.get(Space, invite.space_id) if invite.space_id else None
    grant = inviter.space(invite.space_id)
    if space is None or space.deleted_at is not None or not policies.can_invite_as(inviter, "MEMBER", grant) or grant is None:
        return
    known = queries.space_member(space.id, member.id)
    if known is None or known.status not in ("ACTIVE", "BANNED"):
        add_to_space(space, member.id, role="MEMBER").invited_by = invite.created_by
