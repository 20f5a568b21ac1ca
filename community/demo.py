"""A community to look at: people of every role, spaces, posts, threads and reactions. Loading it twice changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select, update

from community.accounts import services as accounts
from community.accounts.models import User
from community.comments import services as comments
from community.comments.models import Comment
from community.communities import queries as places
from community.communities import services as communities
from community.communities.models import Community
from community.communities.viewers import of_user
from community.core import crypto
from community.core.clock import now
from community.core.outbox import drain_all
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer, for_community
from community.demo_texts import BIO, COMMENTS, PEOPLE, POSTS, PostText
from community.extensions import db
from community.posts import services as posts
from community.posts.drafting import Draft
from community.posts.models import Post
from community.reactions import services as reactions

PASSWORD = "cargo-bike-bell"  # noqa: S105 - printed at start, for looking around on one's own machine
SLUG = "cargo-bikes"


@dataclass
class Cast:
    """The people of the demo, by username."""

    community_id: int
    ids: dict[str, int]

    def viewer(self, username: str) -> Viewer:
        return for_community(of_user(self.ids[username]), self.community_id)


def load(*, only_if_empty: bool, echo: Callable[[str], None]) -> None:
    """Fill the instance; `only_if_empty` leaves one that has accounts alone. Prints who can log in."""
    with unit_of_work(commit=False):
        has_people = db.session.scalar(select(User.id).limit(1)) is not None
        has_demo = db.session.scalar(select(Community.id).where(Community.slug == SLUG)) is not None
    if has_demo or (only_if_empty and has_people):
        return
    with unit_of_work():
        cast = _people()
    for number, text in enumerate(POSTS):
        with unit_of_work():
            _post(cast, text, age=dt.timedelta(hours=5 + 31 * number))
    drain_all()
    echo(f"Demo: log in as ada (owner), mia (moderator) or bob (member), password {PASSWORD}")


def _people() -> Cast:
    hashed = crypto.hash_password(PASSWORD)
    ids: dict[str, int] = {}
    for username, (name, _) in PEOPLE.items():
        role = "SITE_ADMIN" if username == "ada" else "USER"
        user = accounts.add_user(email=f"{username}@demo.example", username=username, display_name=name, password_hash=hashed,
                                 site_role=role)
        user.verify_email(at=now())
        db.session.flush()
        ids[username] = user.id
    owner = of_user(ids["ada"])
    made = communities.create_community(
        by=owner, name="Cargo Bikes", slug=SLUG, description="Riding, building and living with bicycles that carry things.")
    cast = Cast(made.id, ids)
    for username in list(PEOPLE)[1:]:
        communities.join(by=cast.viewer(username))
    places.member_of(made.id, ids["mia"]).role = "MODERATOR"  # type: ignore[union-attr]
    _spaces(cast)
    accounts.update_profile(by=owner, display_name=PEOPLE["ada"][0], bio=BIO, location="Delft", website="")
    return cast


def _spaces(cast: Cast) -> None:
    ada = cast.viewer("ada")
    for name, slug, icon, about, visibility in (
        ("Workshop", "workshop", "🔧", "Building, mending and modifying.", "PUBLIC"),
        ("On the road", "on-the-road", "🛣️", "Trips, loads and routes.", "PUBLIC"),
        ("Crew", "crew", "🔒", "For the people who run the meet-ups.", "PRIVATE"),
    ):
        communities.create_space(by=ada, name=name, slug=slug, icon=icon, description=about, visibility=visibility)
    db.session.flush()


def _post(cast: Cast, text: PostText, *, age: dt.timedelta) -> None:
    author = cast.viewer(text.author)
    space = author.space_by_slug(text.space)
    post = posts.publish_post(
        Draft(title=text.title, content=text.content, kind=text.kind, space_id=space.id if space else None,
              tags=list(text.tags)), by=author)
    made: list[Comment] = []
    for writer, body, answers in COMMENTS.get(text.title, ()):
        parent = made[answers] if answers is not None else None
        made.append(comments.add_comment(post, comments.Reply(body, parent), by=cast.viewer(writer)))
    for username, code in text.reactions:
        reactions.toggle_reaction("post", post, code, by=cast.viewer(username))
    _date_back(post, made, age)


def _date_back(post: Post, made: list[Comment], age: dt.timedelta) -> None:
    """Spread the demo over the past days, as if people had taken their time."""
    start = now() - age
    step = age / (len(made) + 2)
    for number, comment in enumerate(made, start=1):
        at = start + step * number
        db.session.execute(update(Comment).where(Comment.id == comment.id).values(created_at=at))
    db.session.execute(update(Post).where(Post.id == post.id).values(
        published_at=start, created_at=start, last_activity_at=start + step * len(made)))
