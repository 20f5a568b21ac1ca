"""Joining a community, asking to, and leaving."""

from __future__ import annotations

from collections.abc import Mapping

from community.accounts.queries import who_keep_apart
from community.communities import policies, queries
from community.communities.events import MemberJoined, MemberLeft, MemberRequested
from community.communities.models import Community, Member, MemberPeriod
from community.communities.services.rows import here, insert, membership_changed, tally
from community.communities.services.spaces import add_to_space, auto_joined, leave_spaces
from community.core import broadcast, cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


def join(*, by: Viewer, rules_version: int | None = None, answers: Mapping[int, str] | None = None) -> Member:
    """Join the community at hand, or ask to where members are approved. Joining twice is no error.

    Where there are rules, `rules_version` is the version that was read and accepted. `answers` are by the question's id.
    Raises `Invalid` for another version, or a required answer that is missing, and `Conflict` for who asked already.
    """
    if by.member is not None and by.member.status == "ACTIVE":
        return _own_row(by)
    require(policies.can_join(by))
    community = queries.at_hand(by)
    check_rules(community, rules_version)
    given = _answered(community.id, answers or {})
    if community.join_policy == "APPROVAL" and not by.is_site_admin:
        return _request(community, by, given)
    member = enter(community, by.user_id or 0, role="MEMBER")
    member.join_answers = given
    return member


def check_rules(community: Community, accepted: int | None) -> None:
    """Whoever comes in has accepted the rules as they stand. Raises `Invalid`."""
    if community.rules and accepted != community.rules_version:
        raise Invalid(fields={"accept": "Please read the rules and accept them to join."})


def leave(*, by: Viewer) -> None:
    """Leave the community at hand, or withdraw the request. Raises `Conflict` for the last owner."""
    require(policies.can_leave(by))
    keep_an_owner(here(by).id, by.member.id if by.member else 0)
    member = _own_row(by)
    was_counted = member.status in ("ACTIVE", "SUSPENDED")
    member.status, member.role, member.left_at = "ARCHIVED", "MEMBER", now()
    membership_changed(by)
    if was_counted:
        end_membership(member, "LEFT")
    record(MemberLeft(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id,
                      was_member=was_counted))


def dismiss_welcome(*, by: Viewer) -> None:
    """Put the first steps away for good."""
    require(policies.can_leave(by))
    member = _own_row(by)
    member.welcomed_at = member.welcomed_at or now()
    cache.raise_later(f"u:{by.user_id}")


def keep_an_owner(community_id: int, without: int) -> None:
    """Lock the owners and see that one is left without this member. Raises `Conflict`.

    Comes before any other lock: two owners who go at once wait for each other here, in the same order.
    """
    is_owner = db.session.query(Member.role).filter_by(id=without, community_id=community_id).scalar() == "OWNER"
    if is_owner and queries.owners_left(community_id, without=without) == 0:
        raise Conflict("You are the last owner. Transfer ownership first.")


def end_membership(member: Member, reason: str) -> None:
    """Close the period, leave the spaces, count one less. `reason` is one of a period's end reasons."""
    period = queries.open_period(member.id)
    if period is not None:
        period.ended_at, period.end_reason = now(), reason
    leave_spaces(member)
    tally(Community, member.community_id, member_count=-1)


def _own_row(by: Viewer) -> Member:
    found = queries.member_of(here(by).id, by.user_id or 0, lock=True)
    if found is None:
        raise Denied("You are not a member of this community.")
    return found


def _answered(community_id: int, answers: Mapping[int, str]) -> list[dict[str, str]]:
    """The answers beside the questions as they read now. Raises `Invalid` at the field of one that is missing."""
    asked = queries.questions(community_id)
    missing = {f"answer_{one.id}": "Please answer this." for one in asked
               if one.required and not answers.get(one.id, "").strip()}
    if missing:
        raise Invalid(fields=missing)
    return [{"question": one.text, "answer": answers[one.id]} for one in asked if answers.get(one.id, "").strip()]


def _request(community: Community, by: Viewer, answers: list[dict[str, str]]) -> Member:
    member = queries.member_of(community.id, by.user_id or 0, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=by.user_id)
        insert(member, field="member")
    if member.status == "PENDING":
        raise Conflict("You asked already. The staff of this community will answer.")
    again_at = policies.may_ask_at(member)
    if again_at is not None and now() < again_at:
        raise Denied(f"Your request was declined. You may ask again on {again_at:%d %B %Y}.")
    member.status, member.left_at, member.join_answers = "PENDING", None, answers
    member.rules_version, member.updated_at = community.rules_version, now()
    db.session.flush()
    record(MemberRequested(member_id=member.id, community_id=community.id, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")
    return member


def enter(community: Community, user_id: int, *, role: str, invited_by: int | None = None,
          approved_by: int | None = None) -> Member:
    """Make somebody an active member, with an open period, in the spaces everybody joins."""
    member = queries.member_of(community.id, user_id, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=user_id)
        insert(member, field="member")
    elif member.status in ("ACTIVE", "SUSPENDED"):
        return member
    at = now()
    member.status, member.role, member.joined_at, member.left_at = "ACTIVE", role, member.joined_at or at, None
    member.rules_version, member.last_active_at, member.status_reason = community.rules_version, at, None
    member.invited_by, member.approved_by, member.declined_at = invited_by, approved_by, None
    if role == "OWNER":
        member.welcomed_at = at  # who founds a community has other first steps
    db.session.flush()
    db.session.add(MemberPeriod(member_id=member.id, started_at=at))
    for space in auto_joined(community.id, member.id):
        add_to_space(space, member.id, role="MEMBER")
    tally(Community, community.id, member_count=1)
    record(MemberJoined(member_id=member.id, community_id=community.id, actor_user_id=user_id))
    for known in (user_id, *who_keep_apart(user_id)):
        cache.raise_later(f"u:{known}")
    broadcast.recheck(user_id)
    return member
