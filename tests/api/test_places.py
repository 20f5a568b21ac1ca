"""Communities and spaces by the API: what they look like, and to whom they exist."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member
from community.extensions import db
from tests.api.conftest import Program
from tests.cast import Person, PlaceFacts
from tests.visitor import Visitor

Programs = Callable[..., Program]


def test_me_in_full(program: Programs, mia: Person, bikes: PlaceFacts) -> None:
    found = program(mia).get("/api/me").data
    member = db.session.get_one(Member, mia.member_id)
    assert found.pop("createdAt")
    assert found == {
        "id": mia.public_id, "username": "mia", "name": "Mia Lindqvist", "email": "mia@example.org", "status": "ACTIVE",
        "communities": [{"id": bikes.public_id, "slug": "bikes", "name": "Bikes", "memberId": str(member.public_id),
                         "role": "MODERATOR", "status": "ACTIVE"}],
        "key": {"permissions": ["read"]},
    }


def test_a_community_in_full(program: Programs, bob: Person, bikes: PlaceFacts) -> None:
    found = program(bob).get("/api/communities/bikes").data
    member = db.session.get_one(Member, bob.member_id)
    assert found.pop("createdAt")
    assert found == {
        "id": bikes.public_id, "slug": "bikes", "name": "Bikes", "description": "Everything on two wheels.",
        "visibility": "PUBLIC", "joinPolicy": "OPEN", "memberCount": 4, "postCount": 0, "url": "/c/bikes/",
        "about": "", "rules": "", "membership": {"memberId": str(member.public_id), "role": "MEMBER", "status": "ACTIVE"},
    }


def test_an_outsider_has_no_membership(program: Programs, eve: Person) -> None:
    assert "membership" not in program(eve).get("/api/communities/bikes").data


def test_the_list_of_communities(program: Programs, eve: Person) -> None:
    found = program(eve).get("/api/communities").data
    assert set(found) == {"communities", "hasMore", "total"}
    assert [one["slug"] for one in found["communities"]] == ["bikes"]
    assert (found["hasMore"], found["total"]) == (False, 1)
    assert program(eve).get("/api/communities", offset=1).data == {"communities": [], "hasMore": False, "total": 1}


@pytest.mark.parametrize("visibility", ["PRIVATE", "HIDDEN"])
@pytest.mark.parametrize("path", ["/api/communities/bikes", "/api/communities/bikes/spaces"])
def test_a_closed_community_does_not_exist_for_outsiders(
    path: str, visibility: str, program: Programs, bob: Person, eve: Person, bikes: PlaceFacts
) -> None:
    member, outsider = program(bob), program(eve)
    assert outsider.get(path).status == 200
    db.session.get_one(Community, bikes.id).visibility = visibility
    db.session.commit()
    from community.core import cache

    cache.raise_generation("c:bikes")
    assert member.get(path).status == 200
    refused = outsider.get(path)
    assert refused.status == 404
    assert refused.codes == {"slug": "COMMUNITY_NOT_FOUND"}
    missing = outsider.get(path.replace("bikes", "nowhere"))
    assert missing.body == refused.body, "hidden and missing look alike"
    assert outsider.get("/api/communities").data["total"] == 0
    assert member.get("/api/communities").data["total"] == 1


def test_spaces_are_those_one_may_know_of(program: Programs, bob: Person, cleo: Person, eve: Person, workshop: PlaceFacts) -> None:
    def spaces(person: Person) -> dict[str, dict[str, object]]:
        return {one["slug"]: one for one in program(person).get("/api/communities/bikes/spaces").data["spaces"]}

    assert spaces(bob)["workshop"] == {
        "id": workshop.public_id, "slug": "workshop", "name": "Workshop", "description": "For the crew.", "icon": "🔧",
        "visibility": "PRIVATE", "postingPolicy": "MEMBERS", "isArchived": False, "isMember": True, "isReadable": True,
        "url": "/c/bikes/s/workshop/",
    }
    assert spaces(cleo)["workshop"]["isReadable"] is False
    assert "workshop" not in spaces(eve)


def test_guests_are_asked_to_log_in(program: Programs, guest: Person) -> None:
    for path in ("/api/me", "/api/communities", "/api/communities/bikes", "/api/communities/bikes/spaces"):
        assert program().get(path).status == 401


def test_the_description_names_every_route(program: Programs, as_: Callable[..., Visitor], app: object) -> None:
    answer = program().get("/api/openapi.json")
    assert answer.status == 200
    described = answer.body
    assert described["openapi"].startswith("3.1")
    real = {str(rule).replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()  # type: ignore[attr-defined]
            if str(rule).startswith("/api/") and not str(rule).startswith("/api/v1/")}
    assert set(described["paths"]) == real - {"/api/openapi.json"}
    members = described["paths"]["/api/members"]["get"]
    assert {one["name"] for one in members["parameters"]} >= {"communityId", "limit", "offset", "sortBy", "order", "status", "plan"}
    assert set(members["responses"]) == {"200", "400", "401", "403", "404", "429"}
    assert described["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert described["components"]["schemas"]["MemberRow"]["properties"].keys() >= {"userId", "lastActiveAt", "email"}
    assert program().get("/api/v1/openapi.json").body == described
