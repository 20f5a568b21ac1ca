"""Creating communities and spaces, joining and leaving them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from community.communities import policies, queries, slugs
from community.communities.events import (
    CommunityCreated,
    MemberJoined,
    MemberLeft,
    MemberRequested,
    SpaceCreated,
    SpaceMemberJoined,
    SpaceMemberLeft,
)
from community.communities.models import Community, CommunityEmoji, Member, MemberPeriod, Space, SpaceMember, Tag
from community.core import broadcast, cache, settings
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Conflict, Denied, Invalid, NotFound
from community.core.outbox import record
from community.core.text import slug_of
from community.core.viewer import Grant, Place, Viewer
from community.extensions import db


def create_community(*, by: Viewer, name: str, slug: str, description: str = "", visibility: str = "PUBLIC",
                     join_policy: str = "OPEN", hue: int = 165) -> Community:
    """Found a community with its two default spaces; the founder owns it. An empty slug is made of the name.

    Raises `Invalid` for a slug that is taken.
    """
    require(policies.can_create_community(by, creation=str(settings.get("community_creation"))))
    if queries.owned_count(by.user_id or 0) >= int(str(settings.get("max_owned_communities"))) and not by.is_site_admin:
        raise Denied("You own as many communities as one person may.")
    slug = _free(slug or queries.free_slug(name), is_taken=queries.is_slug_taken, taken="This address is taken.")
    at = now()
    community = Community(name=name, slug=slug, description=description, visibility=visibility, join_policy=join_policy,
                          hue=hue, created_at=at, updated_at=at)
    _insert(community, field="slug")
    _add_emoji(community.id)
    _add_space(community.id, name="General", slug="general", icon="💬", order=1,
               description="Anything that fits nowhere else.")
    _add_space(community.id, name="Announcements", slug="announcements", icon="📣", order=0, posting="STAFF",
               description="News from the people who run this place.")
    record(CommunityCreated(community_id=community.id, actor_user_id=by.user_id))
    _enter(community, by.user_id or 0, role="OWNER")
    return community


def join(*, by: Viewer, rules_version: int | None = None) -> Member:
    """Join the community at hand, or ask to where members are approved. Joining twice is no error.

    Where there are rules, `rules_version` is the version that was read and accepted. Raises `Invalid` for another one.
    """
    if by.member is not None and by.member.status in ("ACTIVE", "PENDING"):
        return _own_row(by)
    require(policies.can_join(by))
    community = queries.at_hand(by)
    if community.rules and rules_version != community.rules_version:
        raise Invalid(fields={"accept": "Please read the rules and accept them to join."})
    if community.join_policy == "APPROVAL" and not by.is_site_admin:
        return _request(community, by)
    return _enter(community, by.user_id or 0, role="MEMBER")


def leave(*, by: Viewer) -> None:
    """Leave the community at hand, or withdraw the request. Raises `Conflict` for the last owner."""
    require(policies.can_leave(by))
    member = _own_row(by)
    if member.role == "OWNER" and queries.owners_left(member.community_id, without=member.id) == 0:
        raise Conflict("You are the last owner. Transfer ownership first.")
    was_counted = member.status in ("ACTIVE", "SUSPENDED")
    at = now()
    member.status, member.role, member.left_at = "ARCHIVED", "MEMBER", at
    _membership_changed(by)
    if not was_counted:
        return
    period = queries.open_period(member.id)
    if period is not None:
        period.ended_at, period.end_reason = at, "LEFT"
    _leave_spaces(member)
    _tally(Community, member.community_id, member_count=-1)
    record(MemberLeft(member_id=member.id, community_id=member.community_id, actor_user_id=by.user_id))


def create_space(*, by: Viewer, name: str, slug: str, description: str = "", icon: str = "", visibility: str = "PUBLIC",
                 posting_policy: str = "MEMBERS") -> Space:
    """Open a space in the community at hand; its maker owns it. An empty slug is made of the name.

    Raises `Invalid` for a slug that is taken.
    """
    require(policies.can_create_space(by))
    place, member = _here(by), by.member
    slug = _free(slug or queries.free_slug(name, within=place.id),
                 taken="This community has a space with this address.",
                 is_taken=lambda it: queries.is_space_slug_taken(place.id, it))
    space = _add_space(place.id, name=name, slug=slug, icon=icon, order=100, description=description,
                       visibility=visibility, posting=posting_policy, auto_join=False)
    if member is not None:
        _add_to_space(space, member.id, role="OWNER")
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
    joined = _add_to_space(row, by.member.id, role="MEMBER")
    record(SpaceMemberJoined(space_member_id=joined.id, space_id=row.id, community_id=row.community_id,
                             actor_user_id=by.user_id))
    _membership_changed(by)


def leave_space(space: Grant, *, by: Viewer) -> None:
    """Leave a space; leaving one that one is not in changes nothing."""
    require(policies.can_write_here(by))
    found = queries.space_member(space.id, by.member.id if by.member else 0)
    if found is None or found.status != "ACTIVE":
        return
    found.status = "LEFT"
    _tally(Space, space.id, member_count=-1)
    record(SpaceMemberLeft(space_member_id=found.id, space_id=space.id, community_id=found.community_id,
                           actor_user_id=by.user_id))
    _membership_changed(by)


def count_post(member_id: int, community_id: int, space_id: int | None, by: int, *,
               at: dt.datetime | None = None) -> None:
    """Add to the posts of a member, a space and a community, in the present transaction."""
    _tally(Member, member_id, post_count=by, active=("last_active_at", at))
    if space_id is not None:
        _tally(Space, space_id, post_count=by)
    _tally(Community, community_id, post_count=by, active=("last_activity_at", at))


def count_comment(member_id: int, community_id: int, by: int, *, at: dt.datetime | None = None) -> None:
    """Add to the comments of a member and a community, in the present transaction."""
    _tally(Member, member_id, comment_count=by, active=("last_active_at", at))
    _tally(Community, community_id, comment_count=by, active=("last_activity_at", at))


def count_reaction(giver_id: int, receiver_id: int | None, *, given: int, likes: int) -> None:
    """Add to the reactions a member gave and to the likes another received; in one order, or two would wait in a ring."""
    received = [(receiver_id, 0, likes)] if receiver_id is not None and likes else []
    for member_id, gave, got in sorted([(giver_id, given, 0), *received]):
        _tally(Member, member_id, reaction_given_count=gave, like_received_count=got)


def tag_ids(community_id: int, names: list[str], *, create: bool) -> list[int]:
    """The tags with these names, each once. Unknown ones are made, or left out where the author may not make tags."""
    found = {tag.name.lower(): tag.id for tag in queries.tags_named(community_id, names)}
    for name in (name for name in names if create and name.lower() not in found):
        found[name.lower()] = _make_tag(community_id, name)
    return list(dict.fromkeys(found[name.lower()] for name in names if name.lower() in found))


def _make_tag(community_id: int, name: str) -> int:
    """A new tag; where names differ in what addresses leave out ("C", "C++"), the later ones get a number."""
    for ending in ("", *(f"-{number}" for number in range(2, 1000))):
        tag = Tag(community_id=community_id, name=name, slug=slug_of(name)[:56] + ending)
        try:
            with db.session.begin_nested():
                db.session.add(tag)
            return tag.id
        except IntegrityError:
            if made_meanwhile := queries.tags_named(community_id, [name]):
                return made_meanwhile[0].id
    raise Conflict("There are too many tags that look like this one.")


def _here(by: Viewer) -> Place:
    if by.community is None:
        raise NotFound
    return by.community


def _free(slug: str, *, is_taken: Callable[[str], bool], taken: str) -> str:
    """The slug, if it can be had. Raises `Invalid`."""
    problem = slugs.problem_with(slug) if slug else "Choose an address."
    if problem is None and is_taken(slug):
        problem = taken
    if problem is not None:
        raise Invalid(fields={"slug": problem})
    return slug


def _own_row(by: Viewer) -> Member:
    found = queries.member_of(_here(by).id, by.user_id or 0, lock=True)
    if found is None:
        raise Denied("You are not a member of this community.")
    return found


def _request(community: Community, by: Viewer) -> Member:
    member = queries.member_of(community.id, by.user_id or 0, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=by.user_id)
        _insert(member, field="member")
    member.status, member.left_at, member.rules_version = "PENDING", None, community.rules_version
    db.session.flush()
    record(MemberRequested(member_id=member.id, community_id=community.id, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")
    return member


def _enter(community: Community, user_id: int, *, role: str) -> Member:
    """Make somebody an active member, with an open period, in the spaces everybody joins."""
    member = queries.member_of(community.id, user_id, lock=True)
    if member is None:
        member = Member(community_id=community.id, user_id=user_id)
        _insert(member, field="member")
    elif member.status in ("ACTIVE", "SUSPENDED"):
        return member
    at = now()
    member.status, member.role, member.joined_at, member.left_at = "ACTIVE", role, member.joined_at or at, None
    member.rules_version, member.last_active_at = community.rules_version, at
    db.session.flush()
    db.session.add(MemberPeriod(member_id=member.id, started_at=at))
    for space in _auto_joined(community.id, member.id):
        _add_to_space(space, member.id, role="MEMBER")
    _tally(Community, community.id, member_count=1)
    record(MemberJoined(member_id=member.id, community_id=community.id, actor_user_id=user_id))
    cache.raise_later(f"u:{user_id}")
    broadcast.recheck(user_id)
    return member


def _auto_joined(community_id: int, member_id: int) -> list[Space]:
    rows = db.session.query(Space).filter_by(community_id=community_id, auto_join=True, deleted_at=None)
    return [space for space in rows.order_by(Space.id) if not _is_banned(space, member_id)]


def _is_banned(space: Space, member_id: int) -> bool:
    found = queries.space_member(space.id, member_id)
    return found is not None and found.status == "BANNED"


def _add_to_space(space: Space, member_id: int, *, role: str) -> SpaceMember:
    found = queries.space_member(space.id, member_id)
    if found is not None and found.status == "ACTIVE":
        return found
    if found is None:
        found = SpaceMember(community_id=space.community_id, space_id=space.id, member_id=member_id, role=role)
        _insert(found, field="space")
    found.status, found.role, found.joined_at = "ACTIVE", role, now()
    _tally(Space, space.id, member_count=1)
    db.session.flush()
    return found


def _leave_spaces(member: Member) -> None:
    rows = db.session.query(SpaceMember).filter_by(member_id=member.id, status="ACTIVE").with_for_update()
    for row in rows.order_by(SpaceMember.space_id):
        row.status = "LEFT"
        _tally(Space, row.space_id, member_count=-1)


def _add_space(community_id: int, *, name: str, slug: str, icon: str, order: int, description: str,
               visibility: str = "PUBLIC", posting: str = "MEMBERS", auto_join: bool = True) -> Space:
    space = Space(community_id=community_id, name=name, slug=slug, icon=icon, sort_order=order, description=description,
                  visibility=visibility, posting_policy=posting, auto_join=auto_join)
    _insert(space, field="slug")
    return space


def _add_emoji(community_id: int) -> None:
    db.session.add_all(CommunityEmoji(community_id=community_id, code=code, label=label, glyph=glyph,
                                      counts_as_like=like, sort_order=order)
                       for order, (code, label, glyph, like) in enumerate(queries.DEFAULT_EMOJI))


def _insert(row: object, *, field: str) -> None:
    """Insert under a savepoint: whoever came first keeps the unique name."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Somebody did the same a moment ago. Try again.") if field != "slug" else Invalid(
            fields={"slug": "This address was taken a moment ago."}) from None


def _tally(model: type[Community | Space | Member], row_id: int, *, active: tuple[str, dt.datetime | None] = ("", None),
           **changes: int) -> None:
    """Add to counters of a row, which others may be counting on at the same time."""
    values: dict[str, object] = {column: getattr(model, column) + by for column, by in changes.items()}
    if active[1] is not None:
        values[active[0]] = active[1]
    statement = update(model).where(model.id == row_id).values(values)
    db.session.execute(statement.execution_options(synchronize_session=False))


def _membership_changed(by: Viewer) -> None:
    cache.raise_later(f"u:{by.user_id}")
    if by.user_id is not None:
        broadcast.recheck(by.user_id)
