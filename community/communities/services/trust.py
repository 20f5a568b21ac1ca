"""Earned standing: who becomes active and trusted, and what ends by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select, update

from community.communities import activity, policies, preferences, queries
from community.communities.events import MemberStatusChanged, MemberTrustChanged
from community.communities.models import Community, Member, SpaceMember
from community.communities.preferences import Preferences
from community.communities.services.rows import here
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require
from community.core.clock import now
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

LEVELS = ("NEW", "ACTIVE", "TRUSTED")
BATCH = 500


def recompute_trust(community_id: int, *, after: int = 0) -> tuple[int, int]:
    """Look at the next members of a community behind an id; returns how many rose, and the last id looked at (0: no more)."""
    ids = db.session.scalars(select(Member.id).where(
        Member.community_id == community_id, Member.status == "ACTIVE", Member.trust_level != "TRUSTED",
        Member.trust_is_sticky.is_(False), Member.id > after).order_by(Member.id).limit(BATCH)).all()
    return consider_trust(community_id, ids), (ids[-1] if len(ids) == BATCH else 0)


def consider_trust(community_id: int, member_ids: Iterable[int]) -> int:
    """Raise those of these members who have earned it; levels set by hand stay. Returns how many rose."""
    wanted = preferences.of(db.session.get_one(Community, community_id).settings)
    members = db.session.scalars(
        select(Member).where(Member.id.in_(list(member_ids)), Member.community_id == community_id, Member.status == "ACTIVE",
                             Member.trust_is_sticky.is_(False)).order_by(Member.id)
        .with_for_update().execution_options(populate_existing=True)).all()
    risen = 0
    for member in members:
        level = _earned(member, wanted)
        if LEVELS.index(level) > LEVELS.index(member.trust_level):
            _set_level(member, level, None)
            risen += 1
    return risen


def set_trust(member_id: int, level: str, *, by: Viewer) -> Member:
    """Give somebody a level by hand; it is not computed any more."""
    require(policies.can_set_trust(by, queries.member_here(here(by).id, member_id)))
    member = queries.member_here(here(by).id, member_id, lock=True)
    before = member.trust_level
    member.trust_is_sticky = True
    if before != level:
        _set_level(member, level, by.user_id)
    audit("PERMISSION_CHANGE", "member.trust_changed", ("member", member.id), by=by, community_id=member.community_id,
          before={"trust_level": before}, after={"trust_level": level})
    return member


def end_what_expired() -> int:
    """Suspensions, bans and mutes whose time is over, in communities and spaces; returns how many ended."""
    at = now()
    over = db.session.scalars(
        select(Member).where(Member.status.in_(("SUSPENDED", "BANNED")), Member.status_expires_at <= at)
        .limit(BATCH).with_for_update(skip_locked=True)).all()
    for member in over:
        member.status = "ACTIVE" if member.status == "SUSPENDED" else "ARCHIVED"
        member.status_expires_at = member.status_reason = None
        _rights_changed(member)
    muted = db.session.execute(update(Member).where(Member.muted_until <= at).values(muted_until=None)
                               .execution_options(synchronize_session=False))
    spaces = db.session.execute(update(SpaceMember).where(SpaceMember.muted_until <= at).values(muted_until=None)
                                .execution_options(synchronize_session=False))
    return len(over) + int(muted.rowcount) + int(spaces.rowcount)  # type: ignore[attr-defined]


def _earned(member: Member, wanted: Preferences) -> str:
    if member.role != "MEMBER":
        return "TRUSTED"
    days = (now() - member.joined_at) / dt.timedelta(days=1) if member.joined_at else 0
    items = member.post_count + member.comment_count
    level = member.trust_level
    if level == "NEW" and days >= wanted.trust_active_days and items >= wanted.trust_active_items \
            and activity.read_count(member.id) >= wanted.trust_active_reads:
        level = "ACTIVE"
    if level == "ACTIVE" and days >= wanted.trust_trusted_days and items >= wanted.trust_trusted_items \
            and member.like_received_count >= wanted.trust_trusted_likes:
        level = "TRUSTED"
    return level


def _set_level(member: Member, level: str, actor_user_id: int | None) -> None:
    member.trust_level = level
    db.session.flush()
    record(MemberTrustChanged(member_id=member.id, community_id=member.community_id, level=level, actor_user_id=actor_user_id))
    cache.raise_later(f"u:{member.user_id}")


def _rights_changed(member: Member) -> None:
    db.session.flush()
    record(MemberStatusChanged(member_id=member.id, community_id=member.community_id))
    cache.raise_later(f"u:{member.user_id}")
    broadcast.recheck(member.user_id)
