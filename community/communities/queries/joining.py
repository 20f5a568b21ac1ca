"""What is asked of those who want to join, and who waits for an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.accounts.models import Profile, User
from community.communities import policies
from community.communities.models import JoinQuestion, Member
from community.communities.queries.people import MemberRow, member_of, rows_of
from community.core.viewer import Grant, Viewer
from community.extensions import db

MAX_QUESTIONS = 5


@dataclass(frozen=True)
class Request:
    """Somebody who asked to join, with what they answered and an earlier no."""

    person: MemberRow
    asked_at: dt.datetime
    answers: Sequence[dict[str, str]]
    declined_at: dt.datetime | None
    declined_because: str


def questions(community_id: int) -> Sequence[JoinQuestion]:
    """What a community asks, in order."""
    statement = (select(JoinQuestion).where(JoinQuestion.community_id == community_id)
                 .order_by(JoinQuestion.sort_order, JoinQuestion.id).limit(MAX_QUESTIONS))
    return db.session.scalars(statement).all()


def requests(viewer: Viewer, *, only: Sequence[int] | None = None) -> Sequence[Request]:
    """Who asked to join and waits, longest first; nobody for those who may not answer. `only` are ids of members."""
    if viewer.community is None or not policies.can_answer_requests(viewer):
        return ()
    where = [Member.community_id == viewer.community.id, Member.status == "PENDING"]
    if only is not None:
        where.append(Member.id.in_(only))
    found = db.session.scalars(select(Member).where(*where).order_by(Member.updated_at, Member.id).limit(100)).all()
    people = {row.id: row for row in rows_of([member.id for member in found])}
    return [Request(person=people[member.id], asked_at=member.updated_at, answers=member.join_answers,
                    declined_at=member.declined_at, declined_because=member.status_reason or "") for member in found]


def own_membership(viewer: Viewer) -> Member | None:
    """The viewer's row in the community at hand, with what the record of a viewer does not hold."""
    if viewer.community is None or viewer.user_id is None:
        return None
    return member_of(viewer.community.id, viewer.user_id)


def suggested_spaces(viewer: Viewer, *, limit: int = 3) -> Sequence[Grant]:
    """Open spaces a newcomer is not in yet; where there are too few, some of those they are in."""
    fresh = [space for space in viewer.spaces
             if space.readable and not space.is_archived and not space.is_member and space.visibility == "PUBLIC"]
    known = [space for space in viewer.spaces if space.is_member and space.posting_policy != "STAFF"]
    return [*fresh, *known][:limit]


def written_count(viewer: Viewer) -> int:
    """How many posts and comments the viewer has in the community at hand."""
    statement = select(Member.post_count + Member.comment_count).where(Member.id == (viewer.member.id if viewer.member else 0))
    return db.session.scalar(statement) or 0


def has_bio(viewer: Viewer) -> bool:
    """Whether the viewer's profile says something about them."""
    return bool(db.session.scalar(select(func.length(Profile.bio)).where(Profile.user_id == (viewer.user_id or 0))))


def staff_user_ids(community_id: int) -> Sequence[int]:
    """The accounts of a community's staff."""
    return db.session.scalars(select(User.id).join(Member, Member.user_id == User.id).where(
        Member.community_id == community_id, Member.status == "ACTIVE", Member.role.in_(policies.STAFF))).all()
