"""Who reads what: every kind of viewer, community and space, by policy, by SQL and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from sqlalchemy import select

from community.communities import policies
from community.communities.models import Community, Member, Space, SpaceMember
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from tests.cast import Cast, Person, PlaceFacts
from tests.visitor import Visitor

COMMUNITIES = ("PUBLIC", "PRIVATE", "HIDDEN")
SPACES = ("PUBLIC", "PRIVATE", "INVITE_ONLY", "HIDDEN")
# kind of viewer: (who of the cast, member's columns, status in the space (None: none), is a site administrator)
KINDS: dict[str, tuple[str, dict[str, str], str | None, bool]] = {
    "guest": ("guest", {}, None, False),
    "outsider": ("eve", {}, None, False),
    "pending": ("eve", {"status": "PENDING"}, None, False),
    "member": ("cleo", {}, None, False),
    "suspended member": ("cleo", {"status": "SUSPENDED"}, None, False),
    "banned member": ("bob", {"status": "BANNED"}, "ACTIVE", False),
    "left": ("bob", {"status": "ARCHIVED"}, "ACTIVE", False),
    "space member": ("bob", {}, "ACTIVE", False),
    "suspended space member": ("bob", {"status": "SUSPENDED"}, "ACTIVE", False),
    "invited": ("cleo", {}, "INVITED", False),
    "space-banned": ("bob", {}, "BANNED", False),
    "space ban that is over": ("bob", {}, "BAN_IS_OVER", False),
    "moderator": ("cleo", {"role": "MODERATOR"}, None, False),
    "suspended moderator": ("cleo", {"role": "MODERATOR", "status": "SUSPENDED"}, None, False),
    "moderator banned from the space": ("bob", {"role": "MODERATOR"}, "BANNED", False),
    "admin": ("cleo", {"role": "ADMIN"}, None, False),
    "owner": ("ada", {}, None, False),
    "site administrator": ("eve", {}, None, True),
}
BELONG = {
    "member",
    "suspended member",
    "space member",
    "suspended space member",
    "invited",
    "space-banned",
    "space ban that is over",
    "moderator",
    "suspended moderator",
    "moderator banned from the space",
    "admin",
    "owner",
    "site administrator",
}


def reads_community(kind: str, community: str) -> bool:
    return community == "PUBLIC" or kind in BELONG


def reads_space(kind: str, community: str, space: str) -> bool:
    if not reads_community(kind, community):
        return False
    if space == "PUBLIC" or kind in ("admin", "owner", "site administrator", "space member", "suspended space member"):
        return True
    return kind == "moderator" and space != "HIDDEN"


def knows_space(kind: str, community: str, space: str) -> bool:
    if not reads_community(kind, community):
        return False
    if space == "HIDDEN":
        return kind in ("admin", "owner", "site administrator", "space member", "suspended space member", "invited")
    return space == "PUBLIC" or kind in BELONG


@pytest.fixture
def stage(cast: Cast, guest: Person, bikes: PlaceFacts, workshop: PlaceFacts, redis) -> Callable[[str], Person]:
    """`stage("pending")`: make somebody of the cast this kind of viewer."""
    people = {**cast.people, "guest": guest}

    def stage(kind: str) -> Person:
        name, columns, in_space, is_admin = KINDS[kind]
        person = people[name]
        if name == "eve" and columns:
            db.session.add(Member(community_id=bikes.id, user_id=person.user_id, **columns))
        elif columns:
            db.session.query(Member).filter_by(id=person.member_id).update(columns)
        place = db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=person.member_id)
        place.delete()
        if in_space:
            db.session.add(
                SpaceMember(community_id=bikes.id, space_id=workshop.id, member_id=person.member_id,
                            status="BANNED" if in_space == "BAN_IS_OVER" else in_space,
                            banned_until=now() if in_space == "BAN_IS_OVER" else None)
            )
        if is_admin:
            db.session.execute(
                db.text("UPDATE users SET site_role = 'SITE_ADMIN' WHERE id = :id"), {"id": person.user_id}
            )
        db.session.flush()
        redis.flushdb()
        return person

    return stage


def states(bikes: PlaceFacts, workshop: PlaceFacts) -> Iterator[tuple[str, str]]:
    """Every pair of visibilities, set on the community and the space."""
    for community, space in product(COMMUNITIES, SPACES):
        db.session.query(Community).filter_by(id=bikes.id).update({"visibility": community})
        db.session.query(Space).filter_by(id=workshop.id).update({"visibility": space})
        db.session.expire_all()
        yield community, space


@pytest.mark.parametrize("kind", KINDS)
def test_policies_and_sql_say_what_the_table_says(
    kind: str,
    stage: Callable[[str], Person],
    viewer_of: Callable[..., Viewer],
    bikes: PlaceFacts,
    workshop: PlaceFacts,
    redis,
) -> None:
    person = stage(kind)
    for community, space in states(bikes, workshop):
        redis.flushdb()
        viewer, where = viewer_of(person), f"{kind}: {space} space of a {community} community"
        grant = viewer.space(workshop.id)
        assert policies.can_read_community(viewer) == reads_community(kind, community), where
        assert policies.can_know_community(viewer) == (community != "HIDDEN" or kind in BELONG), where
        assert (grant is not None) == knows_space(kind, community, space), where
        assert (grant is not None and grant.readable) == reads_space(kind, community, space), where
        assert is_in(Community, bikes.id, policies.visible_communities(viewer)) == policies.can_know_community(
            viewer
        ), where
        assert is_in(Community, bikes.id, policies.readable_communities(viewer)) == policies.can_read_community(
            viewer
        ), where
        assert is_in(Space, workshop.id, policies.visible_spaces(viewer)) == reads_space(kind, community, space), where
        assert is_in(Space, workshop.id, policies.knowable_spaces(viewer)) == knows_space(kind, community, space), where


@pytest.mark.parametrize("kind", KINDS)
def test_pages_say_what_the_table_says(
    kind: str,
    stage: Callable[[str], Person],
    as_: Callable[[Person], Visitor],
    bikes: PlaceFacts,
    workshop: PlaceFacts,
    redis,
) -> None:
    visitor = as_(stage(kind))
    for community, space in states(bikes, workshop):
        redis.flushdb()
        where = f"{kind}: {space} space of a {community} community"
        reads = reads_community(kind, community)
        listed = visitor.get("/communities").has('.place-card a[href="/c/bikes/"]')
        assert listed == (community != "HIDDEN" or kind in BELONG), where
        assert visitor.get("/c/bikes/members").status == (200 if reads else 404), where
        spaces = visitor.get("/c/bikes/spaces")
        assert spaces.status == (200 if reads else 404), where
        assert spaces.has(f'a[href="{workshop.url}"]') == knows_space(kind, community, space), where
        assert visitor.get(workshop.url).status == (200 if knows_space(kind, community, space) else 404), where


def test_moderators_see_closed_spaces_unless_the_community_says_no(
    stage: Callable[[str], Person],
    viewer_of: Callable[..., Viewer],
    bikes: PlaceFacts,
    workshop: PlaceFacts,
    redis,
) -> None:
    moderator = stage("moderator")
    assert viewer_of(moderator).space(workshop.id).readable
    db.session.get(Community, bikes.id).settings = {"moderators_see_all_spaces": False}
    db.session.flush()
    redis.flushdb()
    viewer = viewer_of(moderator)
    assert not viewer.space(workshop.id).readable
    assert not is_in(Space, workshop.id, policies.visible_spaces(viewer))


@pytest.mark.parametrize("status", ["LOCKED", "DELETED"])
def test_a_community_that_is_shut_is_read_by_nobody(
    status: str,
    viewer_of: Callable[..., Viewer],
    ada: Person,
    bikes: PlaceFacts,
    workshop: PlaceFacts,
    redis,
) -> None:
    assert policies.can_read_community(viewer_of(ada))
    db.session.get(Community, bikes.id).status = status
    db.session.flush()
    redis.flushdb()
    viewer = viewer_of(ada)
    assert not policies.can_read_community(viewer)
    assert not is_in(Community, bikes.id, policies.readable_communities(viewer))
    assert not is_in(Space, workshop.id, policies.visible_spaces(viewer))


def is_in(model: type[Community | Space], row_id: int, predicate) -> bool:
    statement = select(model.id).where(model.id == row_id, predicate)
    if model is Space:
        statement = statement.join(Community, Community.id == Space.community_id)
    return db.session.scalar(statement) is not None
