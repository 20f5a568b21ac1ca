"""The people in the tests, and the community they meet in.

`ada` owns it, `mia` moderates it, `bob` and `cleo` are members, `eve` has an account and belongs nowhere, `guest` is
nobody. "Bikes" has its two default spaces and the private space "Workshop", where ada, mia and bob are.
They are made once a run, by the services; every test starts with them, and none sees what another test did to them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

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

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> Cast:
        read = json.loads(path.read_text())
        return cls(
            people={name: Person(**facts) for name, facts in read["people"].items()},
            places={name: PlaceFacts(**facts) for name, facts in read["places"].items()},
        )


GUEST = Person(username="guest")


def assemble() -> Cast:
    """Make everybody and their community in the present, empty database."""
    with unit_of_work():
        users = {username: _account(username, name) for username, name in NAMES.items()}
        bikes = communities.create_community(
            by=viewers.of_user(users["ada"].id), name="Bikes", slug="bikes", description="Everything on two wheels."
        )
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
        people = {username: _person(user, bikes) for username, user in users.items()}
        db.session.execute(update(Session).values(reauthenticated_at=None))
        return Cast(
            people=people,
            places={"bikes": PlaceFacts(bikes.id, str(bikes.public_id), bikes.slug, "/c/bikes/")}
            | {space.slug: _facts(space) for space in spaces},
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


def _person(user: User, community: Community) -> Person:
    member_id = db.session.query(Member.id).filter_by(community_id=community.id, user_id=user.id).scalar()
    return Person(
        username=user.username,
        name=NAMES[user.username],
        user_id=user.id,
        public_id=str(user.public_id),
        member_id=member_id or 0,
        token=accounts.start_session(user, remember=True, device=BROWSER),
    )


def _facts(space: Space) -> PlaceFacts:
    return PlaceFacts(space.id, str(space.public_id), space.slug, f"/c/bikes/s/{space.slug}/")
