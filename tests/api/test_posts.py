"""Posts by the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Community, Member
from community.core import cache
from community.extensions import db
from tests.api.conftest import Program
from tests.cast import Person, PlaceFacts
from tests.content import published

Programs = Callable[..., Program]
UNKNOWN = "018f0000-0000-7000-8000-000000000000"


def member_id(person: Person) -> str:
    return str(db.session.get_one(Member, person.member_id).public_id)


def close(bikes: PlaceFacts, visibility: str = "PRIVATE") -> None:
    db.session.get_one(Community, bikes.id).visibility = visibility
    db.session.commit()
    cache.raise_generation("c:bikes")


def test_a_post_in_full(
    program: Programs, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    published(bikes, ada, tags=("steel", "brass"))  # members use the tags there are
    post = published(bikes, cleo, space=general, tags=("steel", "brass"))
    found = program(bob).get(f"/api/posts/{post.public_id}").data
    for name in ("publishedAt", "createdAt", "updatedAt"):
        assert found.pop(name).endswith("Z")
    assert found.pop("excerpt")
    assert found == {
        "id": str(post.public_id), "slug": f"{post.id}-{post.slug}", "title": post.title, "content": post.content,
        "author": {"id": member_id(cleo), "name": "Cleo Marsh", "username": "cleo"},
        "space": {"id": general.public_id, "name": "General"}, "tags": ["brass", "steel"], "status": "PUBLISHED",
        "viewCount": 0, "likeCount": 0, "commentCount": 0, "flagCount": 0,
    }
    html = program(bob).get(f"/api/posts/{post.public_id}", include="contentHtml").data["contentHtml"]
    assert html == post.content_html


def test_a_post_is_named_by_its_slug_too(program: Programs, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post, asking = published(bikes, bob, space=general), program(bob)
    by_slug = asking.get(f"/api/posts/{post.id}-{post.slug}")
    assert by_slug.body == asking.get(f"/api/posts/{post.public_id}").body
    for name in (str(post.id), f"{post.id}-", f"{post.id}-other", UNKNOWN, "x", "9" * 40 + "-x"):
        assert asking.get(f"/api/posts/{name}").status == 404
    assert asking.get(f"/api/posts/{post.public_id}", include="everything").status == 400


def test_the_list_is_read_in_pages_with_the_newest_first(program: Programs, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    made = [str(published(bikes, bob, space=general).public_id) for _ in range(5)]
    asking, seen, cursor = program(bob), [], None
    while True:
        page = asking.get("/api/posts", communityId=bikes.public_id, limit=2, **({"cursor": cursor} if cursor else {})).data
        seen += [one["id"] for one in page["posts"]]
        cursor = page.get("nextCursor")
        if cursor is None:
            break
    assert seen == made[::-1]
    assert "content" not in page["posts"][0]


def test_a_cursor_of_another_list_is_refused(program: Programs, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    for _ in range(3):
        published(bikes, bob, space=general)
    asking = program(bob)
    cursor = asking.get("/api/posts", communityId=bikes.public_id, limit=1).data["nextCursor"]
    assert asking.get("/api/posts", communityId=bikes.public_id, cursor=cursor).status == 200
    assert asking.get("/api/posts", communityId=bikes.public_id, cursor=cursor, tag="steel").status == 400
    assert asking.get("/api/posts", communityId=bikes.public_id, cursor="made-up").status == 400


def test_the_list_is_narrowed_by_author_and_tag(
    program: Programs, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    other = published(bikes, ada, space=general, tags=("steel", "brass"))
    mine = published(bikes, bob, space=general, tags=("steel",))
    asking = program(bob)

    def ids(**query: str) -> list[str]:
        return [one["id"] for one in asking.get("/api/posts", communityId=bikes.public_id, **query).data["posts"]]

    assert ids() == ids(tag="steel") == [str(mine.public_id), str(other.public_id)]
    assert ids(authorId=member_id(bob)) == [str(mine.public_id)]
    assert ids(tag="BRASS") == [str(other.public_id)]
    assert ids(tag="copper") == ids(categoryId=UNKNOWN) == ids(authorId=UNKNOWN) == []


def test_posts_of_a_space_one_does_not_read_are_nowhere(
    program: Programs, bob: Person, cleo: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    post = published(bikes, bob, space=workshop)
    inside, outside = program(bob), program(cleo)
    assert len(inside.get("/api/posts", communityId=bikes.public_id).data["posts"]) == 1
    assert outside.get("/api/posts", communityId=bikes.public_id).data["posts"] == []
    assert inside.get(f"/api/posts/{post.public_id}").status == 200
    assert outside.get(f"/api/posts/{post.public_id}").body == outside.get(f"/api/posts/{UNKNOWN}").body


def test_a_guest_reads_public_communities_only(program: Programs, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post, guest = published(bikes, bob, space=general), program()
    assert len(guest.get("/api/posts", communityId=bikes.public_id).data["posts"]) == 1
    assert guest.get(f"/api/posts/{post.public_id}").status == 200
    close(bikes)
    for path in (f"/api/posts?communityId={bikes.public_id}", f"/api/posts?communityId={UNKNOWN}", f"/api/posts/{post.public_id}",
                 f"/api/posts/{UNKNOWN}"):
        assert guest.ask("GET", path).status == 401


@pytest.mark.parametrize("visibility", ["PRIVATE", "HIDDEN"])
def test_a_closed_community_and_its_posts_do_not_exist_for_outsiders(
    visibility: str, program: Programs, bob: Person, eve: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    post = published(bikes, bob, space=general)
    close(bikes, visibility)
    inside, outside = program(bob), program(eve)
    assert inside.get(f"/api/posts/{post.public_id}").status == 200
    refused = outside.get("/api/posts", communityId=bikes.public_id)
    assert refused.status == 404
    assert refused.codes == {"communityId": "COMMUNITY_NOT_FOUND"}
    assert refused.body == outside.get("/api/posts", communityId=UNKNOWN).body
    assert outside.get(f"/api/posts/{post.public_id}").body == outside.get(f"/api/posts/{UNKNOWN}").body


def test_a_key_bound_to_another_community_reads_none_here(
    program: Programs, as_: Callable[..., object], ada: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    post = published(bikes, ada, space=general)
    as_(ada).post("/communities/new", name="Boats", slug="boats", description="")  # type: ignore[attr-defined]
    boats = db.session.query(Community).filter_by(slug="boats").one()
    bound = program(ada, place=PlaceFacts(boats.id, str(boats.public_id), "boats", "/c/boats/"))
    assert bound.get("/api/posts", communityId=str(boats.public_id)).status == 200
    assert bound.get("/api/posts", communityId=bikes.public_id).status == 404
    assert bound.get(f"/api/posts/{post.public_id}").status == 404


def test_people_who_keep_apart_find_no_posts_of_each_other(
    program: Programs, as_: Callable[..., object], bob: Person, cleo: Person, mia: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    posts = {person.username: published(bikes, person, space=general) for person in (bob, cleo)}

    def finds(person: Person, other: Person) -> tuple[bool, int]:
        asking, post = program(person), posts[other.username]
        listed = asking.get("/api/posts", communityId=bikes.public_id).data["posts"]
        return str(post.public_id) in {one["id"] for one in listed}, asking.get(f"/api/posts/{post.public_id}").status

    assert [finds(bob, cleo), finds(cleo, bob)] == [(True, 200)] * 2
    as_(bob).post("/u/cleo/block")  # type: ignore[attr-defined]
    assert [finds(bob, cleo), finds(cleo, bob)] == [(False, 404)] * 2
    assert finds(mia, cleo) == (True, 200), "nobody else is concerned"
    as_(bob).post("/settings/blocks/cleo/delete")  # type: ignore[attr-defined]
    as_(bob).post("/u/cleo/mute", kind="HIDE_POSTS", days="7")  # type: ignore[attr-defined]
    assert [finds(bob, cleo), finds(cleo, bob)] == [(False, 200), (True, 200)], "lists alone leave her posts out"


def test_a_removed_post_is_gone(program: Programs, bob: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post = published(bikes, bob, space=general)
    post.status = "REMOVED"
    db.session.flush()
    assert program(cleo).get(f"/api/posts/{post.public_id}").status == 410
    assert program(cleo).get("/api/posts", communityId=bikes.public_id).data["posts"] == []
