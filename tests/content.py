"""Posts, comments and reactions made the way people make them, for tests about something else."""

from __future__ import annotations

import datetime as dt
from itertools import count

from sqlalchemy import update

from community.comments import services as comments
from community.comments.models import Comment
from community.communities import viewers
from community.communities.models import Member
from community.core import cache
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import services as posts
from community.posts.drafting import Draft
from community.posts.models import Post
from community.posts.urls import base_of, url_of
from tests.cast import Person, PlaceFacts
from tests.visitor import Page, Visitor

_numbers = count(1)


def writer(person: Person, community_id: int) -> Viewer:
    """Somebody as services see them now, without any cache."""
    return viewers.for_community(viewers.of_user(person.user_id), community_id)


def published(
    place: PlaceFacts,
    author: Person,
    *,
    title: str = "",
    text: str = "",
    kind: str = "DISCUSSION",
    space: PlaceFacts | None = None,
    tags: tuple[str, ...] = (),
    age: dt.timedelta | None = None,
) -> Post:
    """A post in a community, in one of its spaces where one is named, `age` ago."""
    number = next(_numbers)
    draft = Draft(
        title or f"Post number {number}",
        text or f"What post number {number} says.",
        kind=kind,
        space_id=space.id if space else None,
        tags=list(tags),
    )
    post = posts.publish_post(draft, by=writer(author, place.id))
    if age is not None:
        post.published_at = post.last_activity_at = post.created_at = post.published_at - age
    db.session.commit()
    return post


def commented(
    post: Post, author: Person, text: str = "", *, parent: Comment | None = None, as_note: bool = False
) -> Comment:
    """A comment on a post, or a reply to one."""
    reply = comments.Reply(text or f"Comment number {next(_numbers)}.", parent, as_note)
    comment = comments.add_comment(post, reply, by=writer(author, post.community_id))
    db.session.commit()
    return comment


def change_member(person: Person, **values: object) -> None:
    """Change somebody's membership behind the services' back, as what is not built yet will."""
    db.session.execute(update(Member).where(Member.id == person.member_id).values(**values))
    db.session.commit()
    cache.raise_generation(f"u:{person.user_id}")


def compose(visitor: Visitor, **fields: object) -> Page:
    """Fill in the composer and publish."""
    return visitor.get("/c/bikes/new").form("#compose").send(**fields)


def page_of(post: Post) -> str:
    """The address of a post."""
    return url_of(post)


def below(post: Post, path: str) -> str:
    """An address below a post: `edit`, `comments`."""
    return f"{base_of(post)}/{path}"
