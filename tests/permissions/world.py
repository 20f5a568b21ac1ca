"""The world in which everybody asks: three communities that differ in their visibility, one more, and one of everything.

Made once a run, by the services where there are some; every role of `roles.py` stands in each of the three the same way.
A line of `routes.toml` names things by the keys given here. A new kind of thing is one line.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import select, update

from community.accounts import services as accounts
from community.accounts.models import ApiKey, OAuthAccount, Session, User
from community.comments import services as comments
from community.communities import services as communities
from community.communities import viewers
from community.communities.models import (
    Category,
    Community,
    CommunityEmoji,
    Member,
    MemberPeriod,
    Space,
    SpaceMember,
    Tag,
)
from community.core.clock import now
from community.core.crypto import digest
from community.core.outbox import drain_all
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer
from community.dashboard import services as dashboard
from community.dashboard.models import Task
from community.extensions import db
from community.notifications.models import Notification
from community.posts import services as posts
from community.posts.drafting import Draft
from tests.cast import BROWSER, PASSWORD, Person
from tests.permissions.roles import ROLES, VISIBILITIES

PLACES = {"PUBLIC": "open-club", "PRIVATE": "closed-club", "HIDDEN": "secret-club"}
OTHER = "other-club"
"""The community the foreign staff comes from."""
NOTHING = "999999999"
FAR = dt.timedelta(days=400)


@dataclass
class World:
    """Everybody and everything, by name; plain values, so that it can be kept in a file."""

    people: dict[str, Person]
    things: dict[str, dict[str, str]] = field(default_factory=dict)
    """By slug of the community, then by name."""
    own: dict[str, dict[str, str]] = field(default_factory=dict)
    """What belongs to a role: by "role" or "role@slug", then by name."""

    def find(self, name: str, slug: str, role: str) -> str:
        """The thing with this name as this role would name it; a name nobody knows stands for itself."""
        for found in (self.own.get(f"{role}@{slug}", {}), self.own.get(role, {}), self.things.get(slug, {})):
            if name in found:
                return found[name]
        return NOTHING if name.startswith("own_") else name

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> World:
        read = json.loads(path.read_text())
        people = {name: Person(**facts) for name, facts in read["people"].items()}
        return cls(people, read["things"], read["own"])


def make_world() -> World:
    """Fill the present database, which holds the tables and nothing else."""
    with unit_of_work():
        world, users = _meet()
    drain_all()  # before the things people have, some of which what is delivered would replace
    with unit_of_work():
        for name, user in users.items():
            _own(world, name, db.session.merge(user))
            world.people[name] = _person(user)
        _shut(users)
    drain_all()
    return world


def _meet() -> tuple[World, dict[str, User]]:
    """The people, the communities and what stands in them."""
    users = {name: _account(name) for name in ROLES if name != "guest"}
    founder = _account("founder")
    world = World({"guest": Person("guest")})
    for visibility, slug in PLACES.items():
        _fill_place(world, users, visibility, slug)
    _fill_other(world, users, founder)
    return world, users


def _account(name: str) -> User:
    username = f"the-{name.replace('_', '-')}"
    user = accounts.sign_up(display_name=name.replace("_", " ").title(), email=f"{username}@example.org",
                            username=username, password=PASSWORD)
    assert user is not None
    return accounts.verify_email(accounts.issue_verification(user))


def _person(user: User) -> Person:
    return Person(user.username, user.username, user.id, str(user.public_id),
                  token=accounts.start_session(user, remember=True, device=BROWSER))


def viewer(user: User, community: Community) -> Viewer:
    return viewers.for_community(viewers.of_user(user.id), community.id)


def _fill_place(world: World, users: dict[str, User], visibility: str, slug: str) -> None:
    place = communities.create_community(by=viewers.of_user(users["owner"].id), name=slug.replace("-", " ").title(),
                                         slug=slug, description=f"What {slug} is for.")
    for name, role in ROLES.items():
        if (role.belongs and name != "owner") or name == "account_banned":
            communities.join(by=viewer(users[name], place))
    _make_spaces(place, users)
    for name in ("moderator", "admin"):
        _change(users[name], place, role=name.upper())
    world.things[slug] = _things(place, users)
    for name, role in ROLES.items():
        if role.writes:
            draft = posts.save_draft(Draft(f"A draft by {name}", "Unfinished."), by=viewer(users[name], place))
            world.own.setdefault(f"{name}@{slug}", {})["own_draft"] = str(draft.id)
    world.things[slug] |= _asking(place, users)
    at = now()
    _change(users["pending"], place, status="PENDING", joined_at=None)
    _change(users["suspended"], place, status="SUSPENDED", status_expires_at=at + FAR)
    _change(users["muted"], place, muted_until=at + FAR)
    _change(users["banned"], place, status="BANNED")
    _change(users["left"], place, status="ARCHIVED", left_at=at)
    for name in ("pending", "banned", "left"):
        _end_period(users[name], place)
    place.visibility = visibility
    world.things[slug]["place_visibility"] = visibility
    for name in ("pending", "member", "author", "moderator", "admin", "owner", "suspended"):
        world.own.setdefault(f"{name}@{slug}", {})["own_member"] = str(_member_id(users[name], place))


def _make_spaces(place: Community, users: dict[str, User]) -> None:
    """One space of every visibility; the same three people stand in each of the closed ones."""
    owner = viewer(users["owner"], place)
    for slug, visibility in (("workshop", "PRIVATE"), ("guild", "INVITE_ONLY"), ("cellar", "HIDDEN")):
        space = communities.create_space(by=owner, name=slug.title(), slug=slug, description=f"About {slug}.", icon="",
                                         visibility=visibility)
        for name, role, status in (("space_member", "MEMBER", "ACTIVE"), ("space_moderator", "MODERATOR", "ACTIVE"),
                                   ("space_banned", "MEMBER", "BANNED"), ("author", "MEMBER", "ACTIVE")):
            db.session.add(SpaceMember(community_id=place.id, space_id=space.id, status=status, role=role,
                                       member_id=_member_id(users[name], place), joined_at=now()))


def _asking(place: Community, users: dict[str, User]) -> dict[str, str]:
    """Somebody who asked to be let into the workshop, and somebody who is in it."""
    asking, inside = _member_id(users["muted"], place), _member_id(users["space_member"], place)
    workshop = db.session.scalars(select(Space.id).where(Space.community_id == place.id, Space.slug == "workshop")).one()
    db.session.add(SpaceMember(community_id=place.id, space_id=workshop, status="PENDING", member_id=asking))
    return {"asking_member": str(asking), "workshop_member": str(inside), "the_way_up": "up"} | _topics(place)


def _topics(place: Community) -> dict[str, str]:
    """A category and two tags, one of which everybody may see."""
    category = Category(community_id=place.id, name="Riding", slug="riding")
    tag, other = (Tag(community_id=place.id, name=name, slug=name, featured=True) for name in ("steel", "brass"))
    db.session.add_all([category, tag, other])
    db.session.flush()
    emoji = db.session.scalars(select(CommunityEmoji.id).where(CommunityEmoji.community_id == place.id).limit(1)).one()
    return {"emoji": str(emoji), "category": str(category.id), "category_slug": "riding", "tag": str(tag.id), "tag_slug": "steel"}


def _things(place: Community, users: dict[str, User]) -> dict[str, str]:
    """One of everything in a community."""
    author = viewer(users["author"], place)
    spaces = {space.slug: space for space in db.session.scalars(select(Space).where(Space.community_id == place.id))}
    post = _post("A post", author, spaces["general"])
    question = _post("A question", author, spaces["general"], kind="QUESTION")
    deleted = _post("A deleted post", author, spaces["general"])
    posts.delete_post(deleted, by=author)
    comment = comments.add_comment(post, comments.Reply("A comment."), by=author)
    comments.add_comment(post, comments.Reply("A reply.", comment), by=author)
    answer = comments.add_comment(question, comments.Reply("An answer."), by=author)
    deleted_comment = comments.add_comment(post, comments.Reply("A deleted comment."), by=author)
    comments.delete_comment(deleted_comment, post, by=author)
    invite = communities.create_invite(communities.Offer(), by=viewer(users["owner"], place))
    dashboard.open_task(dashboard.ToDo(
        community_id=place.id, type="MEMBER_APPROVAL", title="Somebody asks", key="request", url=f"/c/{place.slug}/members",
        related=("member", _member_id(users["pending"], place))))
    task = db.session.scalars(select(Task).where(Task.community_id == place.id, Task.dedupe_key == "request")).one()
    found = {
        "invite": str(invite.id), "invite_code": invite.code, "task": str(task.public_id),
        "place": place.slug, "place_id": str(place.id), "post": str(post.id), "post_page": f"{post.id}-{post.slug}",
        "question": str(question.id), "deleted_post": str(deleted.id), "comment": str(comment.public_id),
        "answer": str(answer.public_id), "deleted_comment": str(deleted_comment.public_id),
        "member_uuid": str(db.session.get_one(Member, _member_id(users["member"], place)).public_id), "emoji_code": "fire",
        "post_uuid": str(post.public_id), "place_uuid": str(place.public_id), "version": str(post.version),
        "pending_member": str(_member_id(users["pending"], place)), "some_member": str(_member_id(users["member"], place)),
    }
    for slug, space in spaces.items():
        inside = _post(f"A post in {slug}", viewer(users["owner"], place), space)
        found |= {f"{slug}_id": str(space.id), f"{slug}_uuid": str(space.public_id), f"{slug}_post": str(inside.id),
                  f"{slug}_post_page": f"{inside.id}-{inside.slug}", f"{slug}_post_uuid": str(inside.public_id)}
    return found


def _post(title: str, author: Viewer, space: Space, *, kind: str = "DISCUSSION") -> posts.Post:
    draft = Draft(title, f"{title} in {space.slug} of community {space.community_id}.", kind=kind, space_id=space.id)
    return posts.publish_post(draft, by=author)


def _fill_other(world: World, users: dict[str, User], founder: User) -> None:
    """Another community with things of its own; the foreign staff works there, and "author" writes there too."""
    other = communities.create_community(by=viewers.of_user(founder.id), name="Other Club", slug=OTHER, description="Elsewhere.")
    for name in ("foreign_moderator", "foreign_admin", "author", "space_member", "space_banned", "space_moderator", "pending",
                 "member"):
        communities.join(by=viewer(users[name], other))
    _make_spaces(other, users | {"owner": founder})
    world.things[OTHER] = _things(other, users | {"owner": founder})
    _change(users["foreign_moderator"], other, role="MODERATOR")
    _change(users["foreign_admin"], other, role="ADMIN")
    for name in ("author", "space_member", "space_banned", "space_moderator", "pending", "member"):
        _change(users[name], other, status="ARCHIVED", left_at=now())
        _end_period(users[name], other)


def _own(world: World, name: str, user: User) -> None:
    """What belongs to a person and to nobody else."""
    accounts.start_session(user, remember=True, device=BROWSER)
    session = db.session.scalars(select(Session.id).where(Session.user_id == user.id)).one()
    notice = Notification(user_id=user.id, type="POST_COMMENTED", entity_type="member", entity_id=1, title="Something happened",
                          action_url="/communities", source_event_id=user.id)
    key = ApiKey(user_id=user.id, name="Script", prefix="ck_script", key_hash=digest(name), permissions=["read"], created_at=now())
    linked = OAuthAccount(user_id=user.id, provider="oidc", provider_account_id=name)
    db.session.add_all([notice, key, linked])
    db.session.flush()
    world.own.setdefault(name, {}).update({
        "own_session": str(session), "own_notification": str(notice.public_id),
        "own_key": str(key.id), "own_connection": str(linked.id), "own_name": user.username,
        "own_token": accounts.issue_verification(user),
    })


def _shut(users: dict[str, User]) -> None:
    """States of accounts that come after everything was made."""
    for name, values in (("unverified", {"status": "PENDING_VERIFICATION", "email_verified_at": None}),
                         ("account_suspended", {"status": "SUSPENDED"}), ("account_banned", {"status": "BANNED"}),
                         ("site_admin", {"site_role": "SITE_ADMIN"})):
        db.session.execute(update(User).where(User.id == users[name].id).values(**values))


def _end_period(user: User, place: Community) -> None:
    db.session.execute(update(MemberPeriod).where(MemberPeriod.member_id == _member_id(user, place))
                       .values(ended_at=now(), end_reason="LEFT"))


def _member_id(user: User, place: Community) -> int:
    return db.session.scalars(select(Member.id).where(Member.user_id == user.id, Member.community_id == place.id)).one()


def _change(user: User, place: Community, **values: object) -> None:
    db.session.execute(update(Member).where(Member.user_id == user.id, Member.community_id == place.id).values(**values))


assert set(PLACES) == set(VISIBILITIES)
