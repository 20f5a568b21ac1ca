"""Answering those who ask to join, and what they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete

from community.communities import policies, queries
from community.communities.events import MemberApproved, MemberDeclined
from community.communities.models import JoinQuestion, Member
from community.communities.services.membership import enter
from community.communities.services.rows import here
from community.core import cache
from community.core.audit import audit
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


@dataclass(frozen=True, slots=True)
class Question:
    """Something to ask whoever wants to join."""

    text: str
    required: bool = True


def approve_request(member_id: int, *, by: Viewer) -> Member:
    """Let somebody in who asked. Raises `NotFound`, and `Conflict` for a request that was answered or withdrawn."""
    require(policies.can_answer_requests(by))
    member = _waiting(member_id, by)
    accepted, reviewer = member.rules_version, by.member.id if by.member else None
    enter(queries.get_community(member.community_id), member.user_id, role="MEMBER", approved_by=reviewer)
    member.rules_version = accepted
    _note(member, "member.approved", by)
    record(MemberApproved(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))
    return member


def decline_request(member_id: int, *, by: Viewer, reason: str = "") -> Member:
    """Say no to somebody who asked, who is told the reason and may ask again after a week. Raises as `approve_request`."""
    require(policies.can_answer_requests(by))
    member = _waiting(member_id, by)
    member.status, member.status_reason = "ARCHIVED", reason or None
    member.left_at = member.declined_at = now()
    _note(member, "member.declined", by, reason)
    record(MemberDeclined(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))
    cache.raise_later(f"u:{member.user_id}")
    return member


def set_questions(community_id: int, wanted: Sequence[Question]) -> None:
    """Ask these from now on, in this order; what was answered before keeps the text it answered."""
    before = list(queries.questions(community_id))
    kept = {one.text: one for one in before}
    db.session.execute(delete(JoinQuestion).where(
        JoinQuestion.community_id == community_id, JoinQuestion.text.notin_([one.text for one in wanted])))
    for order, one in enumerate(wanted):
        row = kept.get(one.text) or JoinQuestion(community_id=community_id, text=one.text)
        row.required, row.sort_order = one.required, order
        db.session.add(row)
    db.session.flush()


def _waiting(member_id: int, by: Viewer) -> Member:
    member = queries.member_here(here(by).id, member_id, lock=True)
    if member.status != "PENDING":
        raise Conflict("This request was answered or withdrawn meanwhile.")
    return member


def _note(member: Member, action: str, by: Viewer, reason: str = "") -> None:
    audit("PERMISSION_CHANGE", action, ("member", member.id), by=by, community_id=member.community_id,
          before={"status": "PENDING"}, after={"status": member.status}, reason=reason)
