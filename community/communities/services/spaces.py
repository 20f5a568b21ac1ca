"""Opening spaces, joining and leaving them."""

from __future__ import annotations

from collections.abc import Callable

from community.communities import policies, queries, slugs
from community.communities.events import SpaceCreated, SpaceMemberJoined, SpaceMemberLeft, SpaceMemberRequested
from community.communities.models import Member, Space, SpaceMember
from community.communities.services.redirects import take_address
from community.communities.services.rows import here, insert, membership_changed, tally
from community.core import cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import Grant, Viewer
from community.extensions import db


def create_space(*, by: Viewer, name: str, slug: str, description: str = "", icon: str = "", visibility: str = "PUBLIC",
                 posting_policy: str = "MEMBERS", join_approval: bool | None = None) -> Space:
    """Open a space in the community at hand; its maker owns it. An empty slug is made of the name.

    Private ones let people in by request unless `join_approval` says otherwise. Raises `Invalid` for a slug that is taken,
    and where a community has as many spaces as it may.
    """
    require(policies.can_create_space(by))
    place, member = here(by), by.member
    if queries.count_spaces(place.id) >= policies.MOST_SPACES:
        raise Invalid(fields={"name": f"A community has at most {policies.MOST_SPACES} spaces."})
    slug = free_address(slug or queries.free_slug(name, within=place.id),
                 taken="This community has a space with this address.",
                 is_taken=lambda it: queries.is_space_slug_taken(place.id, it))
    space = add_space(place.id, name=name, slug=slug, icon=icon, order=queries.last_order(place.id) + 1, description=description,
                      visibility=visibility, posting=posting_policy, auto_join=False,
                      approval=visibility == "PRIVATE" if join_approval is None else join_approval)
    take_address("SPACE", place.id, slug)
    if member is not None:
        add_to_space(space, member.id, role="OWNER")
    record(SpaceCreated(space_id=space.id, community_id=place.id, actor_user_id=by.user_id))
    cache.raise_later(f"c:{place.slug}")
    return space


def join_space(space: Grant, *, by: Viewer) -> bool:
    """Become a member of a space, accept an invitation, or ask to be let in; returns whether one is in now.

    Raises `Conflict` for who asked already.
    """
    require(policies.can_join_space(by, space))
    row = db.session.get(Space, space.id)
    if row is None or by.member is None:
        raise NotFound
    found = queries.space_member(row.id, by.member.id)
    if found is not None and is_banned(found) and not by.is_admin:
        raise Denied("You are banned from this space.")
    if not policies.joins_at_once(by, space):
        _request(row, found, by)
        return False
    _enter(row, by)
    return True


def join_by_posting(space_id: int, *, by: Viewer) -> None:
    """Who posts in a space that is open to all of the community belongs to it from then on."""
    require(policies.can_write_in(by, by.space(space_id)))
    row = db.session.get_one(Space, space_id)
    if row.visibility == "PUBLIC" and row.posting_policy == "MEMBERS" and not row.join_approval:
        _enter(row, by)


def leave_space(space: Grant, *, by: Viewer) -> None:
    """Leave a space, withdraw the request or decline the invitation; where one is nothing of that, nothing changes."""
    require(policies.can_leave_space(by, space))
    found = queries.space_member(space.id, by.member.id if by.member else 0)
    if found is None or found.status not in ("ACTIVE", "PENDING", "INVITED"):
        return
    was_in, found.status = found.status == "ACTIVE", "LEFT"
    if was_in:
        tally(Space, space.id, member_count=-1)
        record(SpaceMemberLeft(space_member_id=found.id, space_id=space.id, community_id=found.community_id,
                               actor_user_id=by.user_id))
    membership_changed(by)


def is_space_address_taken(slug: str, community_id: int, *, takes_over: bool) -> bool:
    """Whether another space has this address, or had it: the old ones are for admins to take over."""
    had = not takes_over and queries.moved_to("SPACE", community_id, slug) is not None
    return had or queries.is_space_slug_taken(community_id, slug)


def is_banned(row: SpaceMember) -> bool:
    """Whether a ban counts at present."""
    return row.status == "BANNED" and (row.banned_until is None or row.banned_until > now())


def _enter(space: Space, by: Viewer) -> None:
    if by.member is None:
        raise NotFound
    joined = add_to_space(space, by.member.id, role="MEMBER")
    record(SpaceMemberJoined(space_member_id=joined.id, space_id=space.id, community_id=space.community_id,
                             actor_user_id=by.user_id))
    membership_changed(by)


def _request(space: Space, found: SpaceMember | None, by: Viewer) -> None:
    if found is not None and found.status == "PENDING":
        raise Conflict("You asked already. The staff of this space will answer.")
    if found is None:
        found = SpaceMember(community_id=space.community_id, space_id=space.id,
                            member_id=by.member.id if by.member else 0, status="PENDING", role="MEMBER")
        insert(found, field="space")
    found.status = "PENDING"
    db.session.flush()
    record(SpaceMemberRequested(space_member_id=found.id, space_id=space.id, community_id=space.community_id,
                                actor_user_id=by.user_id))
    membership_changed(by)


def free_address(slug: str, *, is_taken: Callable[[str], bool], taken: str) -> str:
    """The slug, if it can be had. Raises `Invalid`."""
    problem = slugs.problem_with(slug) if slug else "Choose an address."
    if problem is None and is_taken(slug):
        problem = taken
    if problem is not None:
        raise Invalid(fields={"slug": problem})
    return slug


def add_space(community_id: int, *, name: str, slug: str, icon: str, order: int, description: str,
              visibility: str = "PUBLIC", posting: str = "MEMBERS", auto_join: bool = True, approval: bool = False) -> Space:
    space = Space(community_id=community_id, name=name, slug=slug, icon=icon, sort_order=order, description=description,
                  visibility=visibility, posting_policy=posting, auto_join=auto_join, join_approval=approval)
    insert(space, field="slug")
    return space


def add_to_space(space: Space, member_id: int, *, role: str) -> SpaceMember:
    found = queries.space_member(space.id, member_id)
    if found is not None and found.status == "ACTIVE":
        return found
    if found is None:
        found = SpaceMember(community_id=space.community_id, space_id=space.id, member_id=member_id, role=role)
        insert(found, field="space")
    found.status, found.role, found.joined_at = "ACTIVE", role, now()
    tally(Space, space.id, member_count=1)
    db.session.flush()
    return found


def auto_joined(community_id: int, member_id: int) -> list[Space]:
    rows = db.session.query(Space).filter_by(community_id=community_id, auto_join=True, deleted_at=None)
    return [space for space in rows.order_by(Space.id) if not _shut_out(space, member_id)]


def leave_spaces(member: Member) -> None:
    """Leave every space, and withdraw what waits in others."""
    rows = db.session.query(SpaceMember).filter(
        SpaceMember.member_id == member.id, SpaceMember.status.in_(("ACTIVE", "PENDING", "INVITED"))).with_for_update()
    for row in rows.order_by(SpaceMember.space_id):
        was_in, row.status = row.status == "ACTIVE", "LEFT"
        if was_in:
            tally(Space, row.space_id, member_count=-1)


def _shut_out(space: Space, member_id: int) -> bool:
    found = queries.space_member(space.id, member_id)
    return found is not None and is_banned(found)
