"""The people in the tests, and the community they meet in.

`ada` owns it, `mia` moderates it, `bob` and `cleo` are members, `eve` has an account and belongs nowhere, `guest` is
nobody. "Bikes" has its two default spaces and the private space "Workshop", where ada, mia and bob are.
They are made by the services, once a run: every test starts with them, and none sees what another test did to them.
Tests at the running site, where nothing is rolled back, have a cast of their own each, with a number (`bob7`, `bikes7`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from sqlalchemy import update

from community.accounts import services as accounts
from community.accounts.devices import Device
from community.accounts.models import Session, User
from community.communities import services as communities
from community.communities import viewers
from community.communities.models import Community, Member, Space, SpaceMember
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer
from community.extensions import db

NAMES = {"ada": "Ada Okafor", "mia": "Mia Lindqvist", "bob": "Bob Tanaka", "cleo": "Cleo Marsh", "eve": "Eve Novak"}
MEMBERS = ("mia", "bob", "cleo")
IN_THE_WORKSHOP = ("mia", "bob")
PASSWORD = "correct horse battery"
BROWSER = Device(ip="127.0.0.1", user_agent="Tests", type="DESKTOP", label="Firefox on Linux")


@dataclass(frozen=True)
class Person:
    """Somebody in the tests. A guest has none of the ids; `member_id` is the membership in bikes."""

    username: str
    name: str = ""
    user_id: int = 0
    public_id: str = ""
    member_id: int = 0
    token: str = ""
    """Of a session that began before every test."""
    password: str = PASSWORD

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"


@dataclass(frozen=True)
class PlaceFacts:
    """A community or a space, and where its pages begin."""

    id: int
    public_id: str
    slug: str
    url: str


@dataclass(frozen=True)
class Cast:
    """Everybody and every place, by name."""

    people: dict[str, Person]
    places: dict[str, PlaceFacts]

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Cast:
        read = json.loads(text)
        return cls(
            people={name: Person(**facts) for name, facts in read["people"].items()},
            places={name: PlaceFacts(**facts) for name, facts in read["places"].items()},
        )


GUEST = Person(username="guest")


def assemble(number: int | str = "") -> Cast:
    """Make everybody and their community in the present database; a number tells them from those who are there."""
    with unit_of_work():
        users = {key: _account(f"{key}{number}", name) for key, name in NAMES.items()}
        bikes = communities.create_community(
            by=viewers.of_user(users["ada"].id), name="Bikes", slug=f"bikes{number}",
            description="Everything on two wheels.",
        )  # fmt: skip
        for username in MEMBERS:
            communities.join(by=_in(bikes, users[username]))
        db.session.execute(update(Member).values(trust_level="ACTIVE"))  # what newcomers may not has tests of its own
        db.session.execute(update(Member).where(Member.user_id == users["mia"].id).values(role="MODERATOR"))
        workshop = communities.create_space(
            by=_in(bikes, users["ada"]), name="Workshop", slug="workshop", description="For the crew.", icon="🔧",
            visibility="PRIVATE",
        )  # fmt: skip
        for username in IN_THE_WORKSHOP:
            _invite(workshop, users[username])
        spaces = db.session.query(Space).filter_by(community_id=bikes.id)
        people = {key: _person(NAMES[key], user, bikes) for key, user in users.items()}
        theirs = Session.user_id.in_([person.user_id for person in people.values()])
        db.session.execute(update(Session).where(theirs).values(reauthenticated_at=None))
        return Cast(
            people=people,
            places={"bikes": PlaceFacts(bikes.id, str(bikes.public_id), bikes.slug, f"/c/{bikes.slug}/")}
            | {space.slug: _facts(space, bikes) for space in spaces},
        )


def _account(username: str, name: str) -> User:
    user = accounts.sign_up(
        display_name=name, email=f"{username}@example.org", username=username, password=PASSWORD
    )
    assert user is not None
    return accounts.verify_email(accounts.issue_verification(user))


def _in(community: Community, user: User) -> Viewer:
    return viewers.for_community(viewers.of_user(user.id), community.id)


def _invite(space: Space, user: User) -> None:
    member_id = db.session.query(Member.id).filter_by(community_id=space.community_id, user_id=user.id).scalar()
    db.session.add(
        SpaceMember(community_id=space.community_id, space_id=space.id, member_id=member_id, joined_at=now())
    )
    space.member_count += 1


def _person(name: str, user: User, community: Community) -> Person:
    member_id = db.session.query(Member.id).filter_by(community_id=community.id, user_id=user.id).scalar()
    return Person(
        username=user.username,
        name=name,
        user_id=user.id,
        public_id=str(user.public_id),
        member_id=member_id or 0,
        token=accounts.start_session(user, remember=True, device=BROWSER),
    )


def _facts(space: Space, community: Community) -> PlaceFacts:
    return PlaceFacts(space.id, str(space.public_id), space.slug, f"/c/{community.slug}/s/{space.slug}/")
