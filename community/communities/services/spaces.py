"""Opening spaces, joining and leaving them."""

from __future__ import annotations

from collections.abc import Callable

from community.communities import policies, queries, slugs
from community.communities.events import SpaceCreated, SpaceMemberJoined, SpaceMemberLeft
from community.communities.models import Member, Space, SpaceMember
from community.communities.services.rows import here, insert, membership_changed, tally
from community.core import cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Denied, Invalid, NotFound
from community.core.outbox import record
from community.core.viewer import Grant, Viewer
from community.extensions import db


def create_space(*, by: Viewer, name: str, slug: str, description: str = "", icon: str = "", visibility: str = "PUBLIC",
                 posting_policy: str = "MEMBERS") -> Space:
    """Open a space in the community at hand; its maker owns it. An empty slug is made of the name.

    Raises `Invalid` for a slug that is taken.
    """
    require(policies.can_create_space(by))
    place, member = here(by), by.member
    slug = free_address(slug or queries.free_slug(name, within=place.id),
                 taken="This community has a space with this address.",
                 is_taken=lambda it: queries.is_space_slug_taken(place.id, it))
    space = add_space(place.id, name=name, slug=slug, icon=icon, order=100, description=description,
                       visibility=visibility, posting=posting_policy, auto_join=False)
    if member is not None:
        add_to_space(space, member.id, role="OWNER")
    record(SpaceCreated(space_id=space.id, community_id=place.id, actor_user_id=by.user_id))
    cache.raise_later(f"c:{place.slug}")
    return space


def join_space(space: Grant, *, by: Viewer) -> None:
    """Become a member of a space. Raises `Denied` for who was banned from it."""
    require(policies.can_join_space(by, space))
    row = db.session.get(Space, space.id)
    if row is None or by.member is None:
        raise NotFound
    if _is_banned(row, by.member.id):
        raise Denied("You are banned from this space.")
    joined = add_to_space(row, by.member.id, role="MEMBER")
    record(SpaceMemberJoined(space_member_id=joined.id, space_id=row.id, community_id=row.community_id,
                             actor_user_id=by.user_id))
    membership_changed(by)


def leave_space(space: Grant, *, by: Viewer) -> None:
    """Leave a space; leaving one that one is not in changes nothing."""
    require(policies.can_write_here(by))
    found = queries.space_member(space.id, by.member.id if by.member else 0)
    if found is None or found.status != "ACTIVE":
        return
    found.status = "LEFT"
    tally(Space, space.id, member_count=-1)
    record(SpaceMemberLeft(space_member_id=found.id, space_id=space.id, community_id=found.community_id,
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
               visibility: str = "PUBLIC", posting: str = "MEMBERS", auto_join: bool = True) -> Space:
    space = Space(community_id=community_id, name=name, slug=slug, icon=icon, sort_order=order, description=description,
                  visibility=visibility, posting_policy=posting, auto_join=auto_join)
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
    return [space for space in rows.order_by(Space.id) if not _is_banned(space, member_id)]


def leave_spaces(member: Member) -> None:
    rows = db.session.query(SpaceMember).filter_by(member_id=member.id, status="ACTIVE").with_for_update()
    for row in rows.order_by(SpaceMember.space_id):
        row.status = "LEFT"
        tally(Space, row.space_id, member_count=-1)


def _is_banned(space: Space, member_id: int) -> bool:
    found = queries.space_member(space.id, member_id)
    return found is not None and found.status == "BANNED"
