"""The table of members by the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member
from community.core import cache
from community.core.clock import now
from community.extensions import db
from tests.api.conftest import Program
from tests.cast import Person, PlaceFacts
from tests.content import commented, published

Programs = Callable[..., Program]


def member_id(person: Person) -> str:
    return str(db.session.get_one(Member, person.member_id).public_id)


def test_the_table_in_full(program: Programs, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    found = program(ada, "read", "dashboard").get("/api/members", communityId=bikes.public_id).data
    assert set(found) == {"members", "hasMore", "total"}
    assert (found["hasMore"], found["total"]) == (False, 4)
    row = next(one for one in found["members"] if one["name"] == "Bob Tanaka")
    joined = row.pop("joinedAt")
    assert row.pop("lastActiveAt") >= joined
    assert row == {
        "id": member_id(bob), "userId": bob.public_id, "name": "Bob Tanaka", "email": "bob@example.org", "role": "MEMBER",
        "plan": "FREE", "status": "ACTIVE", "postCount": 0, "commentCount": 0,
    }


def test_a_member_with_what_they_did_last(program: Programs, ada: Person, bob: Person, general: PlaceFacts, bikes: PlaceFacts) -> None:
    post = published(bikes, bob, space=general)
    comment = commented(post, bob)
    found = program(ada).get(f"/api/members/{member_id(bob)}").data
    activity = found["recentActivity"]
    assert [(one["id"], one["type"], one["description"]) for one in activity] == [
        (str(comment.public_id), "COMMENT_CREATED", f"Commented on “{post.title}”"),
        (str(post.public_id), "POST_CREATED", f"Posted “{post.title}”")]
    assert set(found) == {"id", "userId", "name", "email", "role", "plan", "status", "postCount", "commentCount", "joinedAt",
                          "lastActiveAt", "recentActivity"}


def test_what_a_member_did_in_a_space_one_cannot_read_is_left_out(
    program: Programs, mia: Person, bob: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    published(bikes, bob, space=workshop)
    asking, path = program(mia), f"/api/members/{member_id(bob)}"
    assert len(asking.get(path).data["recentActivity"]) == 1
    place = db.session.get_one(Community, bikes.id)
    place.settings = {**place.settings, "moderators_see_all_spaces": False}
    from community.communities.models import SpaceMember

    db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=mia.member_id).delete()
    db.session.commit()
    cache.raise_generation("c:bikes")
    assert asking.get(path).data["recentActivity"] == []


@pytest.mark.parametrize(("who", "permissions", "address"), [
    ("ada", ("read", "dashboard"), "bob@example.org"),
    ("ada", ("read",), "b***@example.org"),
    ("mia", ("read", "dashboard"), "b***@example.org"),
])
def test_addresses_are_for_admins_with_the_permission(
    who: str, permissions: tuple[str, ...], address: str, program: Programs, request: pytest.FixtureRequest, bob: Person,
    bikes: PlaceFacts,
) -> None:
    asking = program(request.getfixturevalue(who), *permissions)
    rows = asking.get("/api/members", communityId=bikes.public_id).data["members"]
    assert {row["name"]: row["email"] for row in rows}["Bob Tanaka"] == address
    assert asking.get(f"/api/members/{member_id(bob)}").data["email"] == address
    by_address = asking.get("/api/members", communityId=bikes.public_id, search="BOB@example").data["total"]
    assert by_address == (1 if "***" not in address else 0)
    assert asking.get("/api/members", communityId=bikes.public_id, search="tANAK").data["total"] == 1


def test_the_browser_of_an_admin_shows_addresses(as_: Callable[..., object], ada: Person, bikes: PlaceFacts) -> None:
    page = as_(ada).get(f"/api/members?communityId={bikes.public_id}")  # type: ignore[attr-defined]
    assert "bob@example.org" in {row["email"] for row in page.json["data"]["members"]}


def test_filters_order_and_pages(program: Programs, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts) -> None:
    asking = program(ada)

    def names(**query: object) -> list[str]:
        found = asking.get("/api/members", communityId=bikes.public_id, **query).data
        return [row["name"].partition(" ")[0] for row in found["members"]]

    db.session.get_one(Member, cleo.member_id).post_count = 7
    db.session.get_one(Member, bob.member_id).status = "PENDING"
    assert names(sortBy="postCount")[0] == "Cleo"
    assert names(sortBy="postCount", order="asc")[-1] == "Cleo"
    assert names(sortBy="joinedAt", order="asc")[0] == "Ada"
    assert names(status="PENDING") == ["Bob"]
    assert names(plan="GROWTH") == []
    assert "Bob" in names()
    whole = names(sortBy="joinedAt")
    assert [names(sortBy="joinedAt", limit=1, offset=at)[0] for at in range(4)] == whole
    page = asking.get("/api/members", communityId=bikes.public_id, limit=3).data
    assert (page["hasMore"], page["total"], len(page["members"])) == (True, 4, 3)


def test_who_left_is_shown_on_request_only(program: Programs, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    row = db.session.get_one(Member, bob.member_id)
    row.status, row.left_at = "ARCHIVED", now()
    asking = program(ada)
    assert asking.get("/api/members", communityId=bikes.public_id).data["total"] == 3
    assert asking.get("/api/members", communityId=bikes.public_id, status="ARCHIVED").data["total"] == 1


@pytest.mark.parametrize("who", ["bob", "eve"])
def test_the_table_is_for_the_staff(who: str, program: Programs, request: pytest.FixtureRequest, cleo: Person, bikes: PlaceFacts) -> None:
    asking = program(request.getfixturevalue(who), "read", "dashboard")
    assert asking.get("/api/members", communityId=bikes.public_id).status == 403
    assert asking.get(f"/api/members/{member_id(cleo)}").status == 403


def test_a_closed_community_and_its_members_do_not_exist_for_outsiders(
    program: Programs, ada: Person, eve: Person, bob: Person, bikes: PlaceFacts
) -> None:
    db.session.get_one(Community, bikes.id).visibility = "PRIVATE"
    db.session.commit()
    cache.raise_generation("c:bikes")
    inside, outside = program(ada), program(eve)
    unknown = "018f0000-0000-7000-8000-000000000000"
    for path, query, missing in (
        ("/api/members", {"communityId": bikes.public_id}, ("/api/members", {"communityId": unknown})),
        (f"/api/members/{member_id(bob)}", {}, (f"/api/members/{unknown}", {})),
    ):
        assert inside.get(path, **query).status == 200
        refused = outside.get(path, **query)
        assert refused.status == 404
        assert refused.body == outside.get(missing[0], **missing[1]).body


def test_the_table_costs_the_same_however_long_it_is(
    program: Programs, ada: Person, bikes: PlaceFacts, statements: Callable[..., object]
) -> None:
    asking = program(ada)
    asking.get("/api/members", communityId=bikes.public_id, limit=1)
    costs = []
    for limit in (1, 4):
        with statements() as sent:  # type: ignore[attr-defined]
            asking.get("/api/members", communityId=bikes.public_id, limit=limit)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 6
