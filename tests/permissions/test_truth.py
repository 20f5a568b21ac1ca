"""Who reads what: the table of the product, by hand, against pages, feeds, topics and everything else that shows a post.

Three visibilities of communities, four of spaces, every state of a post, every role. Nothing here is computed by the code
that is tested: the names are those who read.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from community.communities import viewers
from community.core import topics
from community.core.viewer import Viewer
from community.extensions import db, redis
from community.posts.models import Post
from tests.architecture.sources import expect_none
from tests.permissions.asking import Asking
from tests.permissions.world import PLACES

ROLES = ("guest", "outsider", "pending", "member", "space_member", "space_banned", "moderator", "admin", "owner", "site_admin")
ALL = frozenset(ROLES)
INSIDE = frozenset({"member", "space_member", "space_banned", "moderator", "admin", "owner", "site_admin"})
SPACE = frozenset({"space_member", "moderator", "admin", "owner", "site_admin"})
SECRET = frozenset({"space_member", "admin", "owner", "site_admin"})
READERS = {
    ("PUBLIC", "general"): ALL, ("PUBLIC", "workshop"): SPACE, ("PUBLIC", "guild"): SPACE, ("PUBLIC", "cellar"): SECRET,
    ("PRIVATE", "general"): INSIDE, ("PRIVATE", "workshop"): SPACE, ("PRIVATE", "guild"): SPACE, ("PRIVATE", "cellar"): SECRET,
    ("HIDDEN", "general"): INSIDE, ("HIDDEN", "workshop"): SPACE, ("HIDDEN", "guild"): SPACE, ("HIDDEN", "cellar"): SECRET,
}
"""Who reads the content of a space; "general" is PUBLIC, "workshop" PRIVATE, "guild" INVITE_ONLY, "cellar" HIDDEN."""
KNOWERS = {
    ("PUBLIC", "general"): ALL, ("PUBLIC", "workshop"): INSIDE, ("PUBLIC", "guild"): INSIDE, ("PUBLIC", "cellar"): SECRET,
    ("PRIVATE", "general"): INSIDE, ("PRIVATE", "workshop"): INSIDE, ("PRIVATE", "guild"): INSIDE, ("PRIVATE", "cellar"): SECRET,
    ("HIDDEN", "general"): INSIDE, ("HIDDEN", "workshop"): INSIDE, ("HIDDEN", "guild"): INSIDE, ("HIDDEN", "cellar"): SECRET,
}
"""Who may know that the space exists."""
STAFF = frozenset({"moderator", "admin", "owner", "site_admin"})
ADMINS = frozenset({"admin", "owner", "site_admin"})
STATES: dict[str, tuple[dict[str, str], frozenset[str], str]] = {
    "published": ({}, ALL, "all"),
    "archived": ({"status": "ARCHIVED"}, ALL, "none"),
    "draft": ({"status": "DRAFT"}, ADMINS | {"author"}, "none"),
    "scheduled": ({"status": "SCHEDULED"}, ADMINS | {"author"}, "none"),
    "flagged": ({"status": "FLAGGED"}, STAFF | {"author"}, "none"),
    "removed": ({"status": "REMOVED"}, STAFF, "none"),
    "rejected": ({"moderation_status": "REJECTED"}, STAFF | {"author"}, "none"),
    "shadow-banned": ({"moderation_status": "SHADOW_BANNED"}, STAFF | {"author"}, "none"),
    "pending": ({"moderation_status": "PENDING"}, ALL, "all"),
    "under review": ({"moderation_status": "UNDER_REVIEW"}, ALL, "all"),
    "escalated": ({"moderation_status": "ESCALATED"}, ALL, "all"),
}
"""Columns of a post in a public space of a public community, who opens its page, and whether feeds list it."""
CELLS = list(READERS)


def viewer(asking: Asking, role: str, slug: str) -> Viewer:
    user_id = asking.world.people[role].user_id
    return viewers.for_community(viewers.of_user(user_id) if user_id else Viewer(), int(asking.world.things[slug]["place_id"]))


def readers(asking: Asking, path: str, has: str = "") -> frozenset[str]:
    """Those whom an address answers, with this in the answer."""
    def sees(role: str) -> bool:
        answer = asking.ask("GET", path, role)
        return answer.status_code == 200 and has in answer.text

    return frozenset(filter(sees, ROLES))


def compared(found: frozenset[str], expected: frozenset[str], what: str) -> Iterator[str]:
    if found - expected:
        yield f"{what}: must not be shown to {', '.join(sorted(found - expected))}"
    if expected - found:
        yield f"{what}: is kept from {', '.join(sorted(expected - found))}"


@pytest.mark.parametrize(("visibility", "space"), CELLS, ids=[" ".join(cell) for cell in CELLS])
def test_the_content_of_a_space_is_read_by_its_readers(asking: Asking, visibility: str, space: str) -> None:
    slug, expected = PLACES[visibility], READERS[visibility, space]
    things = asking.world.things[slug]
    number, page = things[f"{space}_post"], things[f"{space}_post_page"]
    link = f'href="/c/{slug}/p/{page}"'
    problems = [
        *compared(readers(asking, f"/c/{slug}/p/{page}"), expected, "the page of a post"),
        *compared(readers(asking, f"/c/{slug}/p/{number}/reactions"), expected, "who reacted"),
        *compared(readers(asking, f"/c/{slug}/s/{space}/fresh?since=1"), expected, "what is new in the space"),
        *compared(readers(asking, f"/c/{slug}/", link), expected, "the feed of the community"),
        *compared(readers(asking, f"/c/{slug}/s/{space}/", link), expected, "the feed of the space"),
        *compared(readers(asking, "/u/the-owner", link), expected, "the page of the author"),
        *compared(readers(asking, f"/c/{slug}/s/{space}/"), KNOWERS[visibility, space], "the page of the space"),
        *compared(readers(asking, f"/c/{slug}/spaces", f'href="/c/{slug}/s/{space}/"'), KNOWERS[visibility, space],
                  "the list of spaces"),
    ]
    for kind, name in (("post", f"{space}_post_uuid"), ("space", f"{space}_uuid")):
        topic = topics.topic(kind, things[name])
        heard = frozenset(role for role in ROLES if topics.may_subscribe(viewer(asking, role, slug), topic))
        problems += compared(heard, expected, f"the topic of the {kind}")
    expect_none(problems)


@pytest.mark.parametrize("visibility", PLACES)
def test_the_topic_of_a_community_is_heard_by_its_readers(asking: Asking, visibility: str) -> None:
    slug = PLACES[visibility]
    topic = topics.topic("community", asking.world.things[slug]["place_uuid"])
    heard = frozenset(role for role in ROLES if topics.may_subscribe(viewer(asking, role, slug), topic))
    expect_none(list(compared(heard, ALL if visibility == "PUBLIC" else INSIDE, "the topic")))


@pytest.mark.parametrize("visibility", PLACES)
def test_a_community_is_listed_and_known_as_its_visibility_says(asking: Asking, visibility: str) -> None:
    slug = PLACES[visibility]
    knowing = INSIDE if visibility == "HIDDEN" else ALL
    expect_none([
        *compared(readers(asking, f"/c/{slug}/about"), knowing, "the page about it"),
        *compared(readers(asking, "/communities", f'/c/{slug}/'), knowing, "the directory"),
        *compared(readers(asking, f"/c/{slug}/members"), ALL if visibility == "PUBLIC" else INSIDE, "the list of members"),
    ])


@pytest.mark.parametrize("state", STATES)
def test_the_state_of_a_post_decides_who_opens_it(asking: Asking, state: str) -> None:
    """The post is by "author"; everybody else stands as in the table above."""
    values, expected, listed = STATES[state]
    slug = PLACES["PUBLIC"]
    things = asking.world.things[slug]
    page = things["post_page"]
    link = f'href="/c/{slug}/p/{page}"'
    with asking.another_world():
        db.session.execute(update(Post).where(Post.id == int(things["post"])).values(**values))
        db.session.commit()
        redis.flushdb()
        everybody = (*ROLES, "author")
        opened = frozenset(role for role in everybody if asking.ask("GET", f"/c/{slug}/p/{page}", role).status_code == 200)
        heard = frozenset(role for role in everybody
                          if topics.may_subscribe(viewer(asking, role, slug), topics.topic("post", things["post_uuid"])))
        feed = frozenset(role for role in everybody if link in asking.ask("GET", f"/c/{slug}/", role).text)
    wanted = expected | ({"author"} if expected == ALL else set())
    expect_none([
        *compared(opened, frozenset(wanted), "the page"), *compared(heard, frozenset(wanted), "the topic"),
        *compared(feed, ALL | {"author"} if listed == "all" else frozenset(), "the feed"),
    ])
