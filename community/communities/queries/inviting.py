"""Invitations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.accounts.models import Profile, User
from community.communities import policies
from community.communities.models import Community, Invite, Member, Space
from community.core.authz import require
from community.core.clock import now
from community.core.crypto import digest
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db

DAY = dt.timedelta(days=1)
MOST = 200


@dataclass(frozen=True)
class InviteRow:
    """An invitation as its makers see it."""

    id: int
    code: str
    email: str | None
    role: str
    space: str | None
    uses: int
    max_uses: int | None
    inviter: str
    created_at: dt.datetime
    expires_at: dt.datetime
    mailed_at: dt.datetime | None
    state: str
    """OPEN, USED, EXPIRED or REVOKED."""


@dataclass(frozen=True)
class Invitation:
    """An invitation as whoever holds it sees it."""

    invite: Invite
    inviter: str
    inviter_username: str
    space: str | None


def state_of(invite: Invite) -> str:
    """OPEN, USED (up), EXPIRED or REVOKED."""
    if invite.revoked_at is not None:
        return "REVOKED"
    if invite.max_uses is not None and invite.used_count >= invite.max_uses:
        return "USED"
    return "EXPIRED" if invite.expires_at <= now() else "OPEN"


def invites(viewer: Viewer) -> Sequence[InviteRow]:
    """The invitations of the community at hand, the latest first; of somebody outside of the staff only the own."""
    require(policies.can_see_invites(viewer))
    where = [Invite.community_id == (viewer.community.id if viewer.community else 0)]
    if not viewer.is_staff:
        where.append(Invite.created_by == (viewer.member.id if viewer.member else 0))
    found = db.session.execute(
        select(Invite, Profile.display_name, Space.name).join(Member, Member.id == Invite.created_by)
        .join(Profile, Profile.user_id == Member.user_id).outerjoin(Space, Space.id == Invite.space_id)
        .where(*where).order_by(Invite.id.desc()).limit(MOST))
    return [InviteRow(id=one.id, code=one.code, email=one.email, role=one.role, space=space, uses=one.used_count,
                      max_uses=one.max_uses, inviter=name, created_at=one.created_at, expires_at=one.expires_at,
                      mailed_at=one.mailed_at, state=state_of(one)) for one, name, space in found]


def get_invite(viewer: Viewer, invite_id: int) -> Invite:
    """One of the community at hand, under its lock. Raises `NotFound`."""
    found = db.session.get(Invite, invite_id, with_for_update=True)
    if found is None or viewer.community is None or found.community_id != viewer.community.id:
        raise NotFound
    return found


def invitation(community_id: int, code: str) -> Invitation | None:
    """What a code of this community stands for, whatever its state."""
    row = db.session.execute(
        select(Invite, Profile.display_name, User.username, Space.name).join(Member, Member.id == Invite.created_by)
        .join(User, User.id == Member.user_id).join(Profile, Profile.user_id == User.id)
        .outerjoin(Space, Space.id == Invite.space_id)
        .where(Invite.code_hash == digest(code), Invite.community_id == community_id)).first()
    return Invitation(*row) if row is not None else None


def address_of_code(code: str) -> str | None:
    """The page of an invitation that still lets somebody in; None for all other codes."""
    row = db.session.execute(select(Invite, Community.slug).join(Community, Community.id == Invite.community_id).where(
        Invite.code_hash == digest(code), Community.status == "ACTIVE", Community.deleted_at.is_(None))).first()
    return f"/c/{row.slug}/invite/{code}" if row is not None and state_of(row[0]) == "OPEN" else None


def open_invite_to(community_id: int, email: str) -> bool:
    """Whether an open invitation waits for this address."""
    statement = select(Invite).where(Invite.community_id == community_id, func.lower(Invite.email) == email.lower())
    return any(state_of(one) == "OPEN" for one in db.session.scalars(statement))


def invites_of_today(member_id: int) -> int:
    """How many invitations somebody made in the last 24 hours."""
    statement = select(func.count()).select_from(Invite).where(
        Invite.created_by == member_id, Invite.created_at > now() - DAY)
    return db.session.scalar(statement) or 0


def email_of(user_id: int) -> str:
    """The address of an account."""
    return db.session.execute(select(User.email).where(User.id == user_id)).scalar_one()


def belongs(community_id: int, email: str) -> bool:
    """Whether the account of this address is in the community."""
    return db.session.scalar(select(Member.id).join(User, User.id == Member.user_id).where(
        Member.community_id == community_id, func.lower(User.email) == email.lower(),
        Member.status.in_(("ACTIVE", "SUSPENDED")))) is not None
