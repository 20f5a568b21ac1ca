"""Who reads a post: at every address of it, in every list, in every state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from community.accounts.models import User
from community.comments.models import Comment
from community.communities.models import Community, Space
from community.core import cache
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies
from community.posts.models import MODERATION_STATUSES, STATUSES, Post
from tests.cast import Cast, Person, PlaceFacts
from tests.content import below, change_member, commented, page_of, published
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]

SECRET = "Xylophone"
STANDINGS = ("ACTIVE", "SUSPENDED", "PENDING", "BANNED", "ARCHIVED")


@pytest.fixture
def secret(bikes: PlaceFacts, workshop: PlaceFacts, bob: Person) -> Post:
    """A post of the private space, with a comment."""
    post = published(bikes, bob, space=workshop, title=f"{SECRET} title", text=f"{SECRET} text.")
    commented(post, bob, f"{SECRET} comment.")
    return post


def test_a_post_of_a_private_space_is_read_by_its_members(
    as_: As, ada: Person, mia: Person, bob: Person, secret: Post, workshop: PlaceFacts
) -> None:
    for person in (ada, mia, bob):
        page = as_(person).get(page_of(secret))
        assert page.text("h1") == secret.title
        assert page.texts(".comment .prose") == [f"{SECRET} comment."]
        for place in ("/c/bikes/", workshop.url, "/u/bob", "/"):
            assert as_(person).get(place).texts(".card-post__title") == [secret.title]


@pytest.fixture(params=["cleo", "eve", "guest"])
def outsider(request: pytest.FixtureRequest, as_: As, cast: Cast, guest: Person) -> Visitor:
    """Everybody who may not read the private space."""
    return as_({**cast.people, "guest": guest}[request.param])


def test_to_everybody_else_it_does_not_exist(outsider: Visitor, secret: Post) -> None:
    comment = f"comments/{commented_id(secret)}"
    for path in ("comments", f"{comment}/replies", comment, "reactions"):
        for answer in (outsider.get(below(secret, path)), outsider.htmx_get(below(secret, path))):
            assert (answer.status, SECRET in answer.html) == (404, False), path
    missing = outsider.get(page_of(secret).replace(f"/p/{secret.id}-", "/p/987654321-"))
    page = outsider.get(page_of(secret))
    assert page.status == missing.status == 404
    assert page.texts("main *") == missing.texts("main *")


def test_what_members_may_do_there_answers_like_what_is_missing(outsider: Visitor, secret: Post) -> None:
    comment = f"comments/{commented_id(secret)}"
    for path in ("edit", "history", "deleted", f"{comment}/edit", f"{comment}/reply"):
        answer = outsider.get(below(secret, path))
        other = outsider.get(below(secret, path).replace(str(secret.id), "987654321", 1))
        assert answer.location.replace(str(secret.id), "") == other.location.replace("987654321", "")
        assert answer.status == other.status
        assert answer.status in (404, 403, 303)
        assert SECRET not in answer.html


def test_nobody_outside_changes_it(outsider: Visitor, secret: Post) -> None:
    comment = f"comments/{commented_id(secret)}"
    forms = {
        "edit": {"title": "x", "content": "x"}, "delete": {}, "restore": {}, "react": {"emoji": "like"},
        "comments": {"body": "x"}, f"{comment}/edit": {"body": "x"}, f"{comment}/delete": {}, f"{comment}/restore": {},
    }  # fmt: skip
    for path, form in forms.items():
        answer = outsider.post(below(secret, path), **form)
        assert answer.status in (404, 403, 303), path
        assert SECRET not in answer.html
    assert (secret.status, secret.deleted_at, secret.comment_count, secret.reaction_count) == ("PUBLISHED", None, 1, 0)


def test_no_list_shows_it_to_those_outside(outsider: Visitor, secret: Post, workshop: PlaceFacts) -> None:
    lists = (
        "/c/bikes/",
        workshop.url,
        "/u/bob",
        "/",
        "/c/bikes/?sort=activity",
        "/c/bikes/?sort=top",
        "/c/bikes/?kind=discussion",
    )
    for path in lists:
        assert SECRET not in outsider.get(path).html, path


def test_a_new_post_is_counted_only_for_those_who_read_it(
    as_: As, mia: Person, bob: Person, cleo: Person, secret: Post, workshop: PlaceFacts
) -> None:
    since = int((now().timestamp() - 60) * 1_000_000)
    for path in ("/c/bikes/fresh", "/fresh"):
        assert as_(mia).htmx_get(f"{path}?since={since}").texts(".new-pill") == ["1 new post"]
        assert not as_(cleo).htmx_get(f"{path}?since={since}").has(".new-pill")
    assert as_(mia).htmx_get(f"{workshop.url}fresh?since={since}").texts(".new-pill") == ["1 new post"]
    assert as_(cleo).htmx_get(f"{workshop.url}fresh?since={since}").status == 404


def test_who_leaves_the_space_stops_reading_at_once(
    as_: As, bob: Person, mia: Person, secret: Post, workshop: PlaceFacts
) -> None:
    community = db.session.get_one(Community, secret.community_id)
    community.settings = {**community.settings, "moderators_see_all_spaces": False}
    cache.raise_generation("c:bikes")
    assert as_(mia).get(page_of(secret)).status == 200
    as_(mia).get(workshop.url).form(f'form[action="{workshop.url}leave"]').send()
    assert as_(mia).get(page_of(secret)).status == 404
    assert SECRET not in as_(mia).get("/u/bob").html
    assert as_(bob).get(page_of(secret)).status == 200


def test_a_private_community_hides_its_posts_from_those_outside(
    as_: As, bob: Person, eve: Person, guest: Person, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, title=f"{SECRET} title")
    for visibility in ("PRIVATE", "HIDDEN"):
        db.session.get_one(Community, bikes.id).visibility = visibility
        db.session.commit()
        cache.raise_generation("c:bikes")
        assert as_(bob).get(page_of(post)).status == 200
        for person in (eve, guest):
            for path in (page_of(post), below(post, "comments"), "/u/bob", "/", "/c/bikes/fresh?since=1"):
                assert SECRET not in as_(person).get(path).html
            assert as_(person).get(page_of(post)).status == 404
            assert as_(person).post(below(post, "comments"), body="x").status == 404


def test_a_suspended_member_reads_on_and_writes_nothing(as_: As, mia: Person, secret: Post) -> None:
    change_member(mia, status="SUSPENDED", role="MEMBER")
    assert as_(mia).get(page_of(secret)).text("h1") == secret.title
    assert not as_(mia).get(page_of(secret)).has("#composer")
    assert as_(mia).post(below(secret, "comments"), body="x").status == 403
    assert as_(mia).post(below(secret, "react"), emoji="like").status == 403


def test_a_muted_member_reads_and_writes_nothing_until_the_time_is_over(as_: As, bob: Person, secret: Post) -> None:
    change_member(bob, muted_until=now() + dt.timedelta(hours=1))
    page = as_(bob).get(page_of(secret))
    assert page.texts(".thread__closed") == ["You are muted for now."]
    for path, form in (("comments", {"body": "x"}), ("react", {"emoji": "like"}), ("delete", {})):
        refused = as_(bob).post(below(secret, path), **form)
        assert (refused.status, refused.text(".auth__lead")) == (403, "You are muted for now.")
    change_member(bob, muted_until=now() - dt.timedelta(seconds=1))
    assert as_(bob).post(below(secret, "comments"), body="x").status == 303


def test_with_an_unproven_address_nobody_writes(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    db.session.get_one(User, bob.user_id).status = "PENDING_VERIFICATION"
    db.session.commit()
    cache.raise_generation(f"u:{bob.user_id}")
    page = as_(bob).get(page_of(post))
    assert page.status == 200
    assert not page.has("#composer, #delete-post")
    refused = as_(bob).post(below(post, "comments"), body="x")
    assert (refused.status, refused.text(".auth__lead")) == (
        403,
        "Confirm your e-mail address first. We sent you a link.",
    )


def test_the_rule_for_one_post_and_the_rule_for_lists_agree(
    cast: Cast,
    guest: Person,
    bob: Person,
    cleo: Person,
    bikes: PlaceFacts,
    general: PlaceFacts,
    workshop: PlaceFacts,
    viewer_of: Callable[[Person], Viewer],
) -> None:
    """Everybody in every standing x every state of a post x every place it can be in, by two authors."""
    _one_of_every_kind(bikes, (None, general, workshop), (bob, cleo))
    posts = db.session.scalars(select(Post)).all()
    assert len(posts) == len(STATUSES) * len(MODERATION_STATUSES) * 2 * 3 * 2
    for visibility, sees_all, hidden in product(("PUBLIC", "PRIVATE"), (True, False), (True, False)):
        community = db.session.get_one(Community, bikes.id)
        community.visibility, community.settings = visibility, {"moderators_see_all_spaces": sees_all}
        db.session.get_one(Space, workshop.id).visibility = "HIDDEN" if hidden else "PRIVATE"
        cache.raise_generation("c:bikes")
        for viewer in _viewers(cast, guest, viewer_of):
            listed = set(db.session.scalars(select(Post.id).where(policies.visible_posts(viewer))))
            read = {post.id for post in posts if policies.can_read(viewer, post)}
            assert read == listed, (viewer.user, viewer.member, visibility, sees_all, hidden)


def _viewers(cast: Cast, guest: Person, viewer_of: Callable[[Person], Viewer]) -> list[Viewer]:
    found = [viewer_of(guest), viewer_of(cast.people["eve"])]
    for name in ("ada", "mia", "bob", "cleo"):
        for standing in STANDINGS:
            change_member(cast.people[name], status=standing)
            found.append(viewer_of(cast.people[name]))
        change_member(cast.people[name], status="ACTIVE")
    return found


def _one_of_every_kind(bikes: PlaceFacts, places: tuple, authors: tuple) -> None:
    for status, moderation, deleted, place, author in product(
        STATUSES, MODERATION_STATUSES, (None, now()), places, authors
    ):
        db.session.add(Post(
            community_id=bikes.id, space_id=place.id if place else None, author_id=author.member_id, status=status,
            moderation_status=moderation, deleted_at=deleted, title="T", slug="t", content="C", content_html="<p>C</p>",
            content_hash=b"", last_activity_at=now(), published_at=now()))  # fmt: skip
    db.session.commit()


def commented_id(post: Post) -> str:
    return str(db.session.scalars(select(Comment.public_id).where(Comment.post_id == post.id)).one())
