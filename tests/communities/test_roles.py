"""Roles, titles, and handing a community over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from community.communities import services, viewers
from community.communities.models import Member, OwnershipOffer
from community.core.audit import AuditLog
from community.core.clock import now
from community.core.errors import Conflict
from community.core.viewer import Viewer
from community.extensions import db
from tests.cast import Cast, Person, PlaceFacts
from tests.databases import Database
from tests.together import together
from tests.visitor import Visitor

As = Callable[..., Visitor]
ROLES = "/c/bikes/dashboard/roles"


@pytest.fixture
def as_(as_: As, redis) -> As:
    """Whoever has just proved who they are is not remembered as somebody who has not."""

    def visitor(person: Person, *, confirmed: bool = False) -> Visitor:
        if confirmed:
            redis.flushdb()
        return as_(person, confirmed=confirmed)

    return visitor


def role_of(person: Person) -> str:
    return db.session.get(Member, person.member_id).role


def make(person: Person, role: str, redis: object = None) -> None:
    db.session.get(Member, person.member_id).role = role
    db.session.commit()
    if redis is not None:
        redis.flushdb()


def test_a_role_counts_at_once_and_is_told_and_logged(
    as_: As, ada: Person, bob: Person, drain: Callable[[], object]
) -> None:
    assert as_(bob).get("/c/bikes/dashboard/tasks").status == 403
    visitor = as_(ada, confirmed=True)
    form = visitor.get(ROLES).form(f'form[action="{ROLES}"]')
    assert form.send(username="bob", role="MODERATOR").location == ROLES
    assert as_(bob).get("/c/bikes/dashboard/tasks").status == 200
    assert "Bob Tanaka" in visitor.get(ROLES).texts(".staff-row a")
    drain()
    assert "You are a moderator of Bikes now" in as_(bob).get("/notifications").texts(".notice__text")
    row = db.session.query(AuditLog).filter_by(action="member.role_changed").one()
    assert (row.before, row.after) == ({"role": "MEMBER"}, {"role": "MODERATOR"})
    assert db.session.get(Member, bob.member_id).trust_level == "TRUSTED", "the staff is trusted"


def test_a_role_needs_a_proof_of_identity(as_: As, ada: Person, bob: Person, db_session: object) -> None:
    assert as_(ada).post(ROLES, username="bob", role="MODERATOR").status in (303, 403)
    assert role_of(bob) == "MEMBER"
    assert as_(ada, confirmed=True).post(ROLES, username="bob", role="MODERATOR").status == 303
    assert role_of(bob) == "MODERATOR"


@pytest.mark.parametrize(
    ("by", "target", "role", "may"),
    [
        ("ADMIN", "MEMBER", "MODERATOR", True),
        ("ADMIN", "MEMBER", "ADMIN", False),
        ("ADMIN", "MODERATOR", "MEMBER", True),
        ("ADMIN", "ADMIN", "MEMBER", False),
        ("ADMIN", "OWNER", "MEMBER", False),
        ("OWNER", "ADMIN", "MEMBER", True),
        ("OWNER", "MEMBER", "ADMIN", True),
        ("OWNER", "MEMBER", "OWNER", False),
        ("OWNER", "OWNER", "ADMIN", False),
        ("MODERATOR", "MEMBER", "MODERATOR", False),
    ],
)
def test_nobody_acts_on_equals_or_gives_the_own_role(
    by: str, target: str, role: str, may: bool, as_: As, cleo: Person, bob: Person, redis
) -> None:
    make(cleo, by)
    make(bob, target, redis)
    answer = as_(cleo, confirmed=True).post(f"{ROLES}/{bob.member_id}/role", role=role)
    assert answer.status == (303 if may else 403)
    assert role_of(bob) == (role if may else target)


def test_an_admin_steps_down_and_nobody_steps_up(as_: As, cleo: Person, redis) -> None:
    make(cleo, "ADMIN", redis)
    visitor = as_(cleo, confirmed=True)
    assert visitor.post(f"{ROLES}/{cleo.member_id}/role", role="OWNER").status == 403
    assert visitor.post(f"{ROLES}/{cleo.member_id}/role", role="MEMBER").status == 303
    assert role_of(cleo) == "MEMBER"


def test_the_last_owner_stays_one(as_: As, ada: Person, bob: Person, redis) -> None:
    refused = as_(ada, confirmed=True).post(f"{ROLES}/{ada.member_id}/role", role="ADMIN")
    assert refused.status == 409
    assert "Transfer ownership first." in refused.text("main")
    make(bob, "OWNER", redis)
    assert as_(ada, confirmed=True).post(f"{ROLES}/{ada.member_id}/role", role="ADMIN").status == 303


def recent(person: Person, place: PlaceFacts) -> Viewer:
    return replace(viewers.for_community(viewers.of_user(person.user_id), place.id), confirmed_at=now())


@pytest.mark.parametrize("how", ["demote", "leave", "one of each"])
def test_of_two_owners_who_go_at_once_one_stays(
    how: str, app: Flask, committed_db: Database, ada: Person, bob: Person, bikes: PlaceFacts
) -> None:
    make(bob, "OWNER")

    def demote(person: Person) -> str:
        services.change_role(person.member_id, "MEMBER", by=recent(person, bikes))
        return "gone"

    def leave(person: Person) -> str:
        services.leave(by=recent(person, bikes))
        return "gone"

    first, second = {"demote": (demote, demote), "leave": (leave, leave), "one of each": (demote, leave)}[how]
    results = together(app, [lambda: first(ada), lambda: second(bob)])
    assert sorted(one if isinstance(one, str) else type(one).__name__ for one in results) == [Conflict.__name__, "gone"]
    owners = db.session.query(Member).filter_by(community_id=bikes.id, role="OWNER", status="ACTIVE")
    assert owners.count() == 1


def test_somebody_gets_a_title(as_: As, ada: Person, mia: Person, db_session: object) -> None:
    assert as_(ada).post(f"{ROLES}/{mia.member_id}/title", title="Mechanic", nickname="Mi").status == 303
    assert "Mechanic" in as_(mia).get("/c/bikes/about").texts(".member-card p")
    assert db.session.get(Member, mia.member_id).nickname == "Mi"
    assert as_(mia).post(f"{ROLES}/{ada.member_id}/title", title="Boss").status == 403


def offered(as_: As, ada: Person) -> Visitor:
    visitor = as_(ada, confirmed=True)
    assert visitor.get(ROLES).form(f'form[action="{ROLES}/offer"]').send(username="bob").location == ROLES
    return visitor


def test_a_community_is_handed_over(as_: As, ada: Person, bob: Person, drain: Callable[[], object]) -> None:
    owner = offered(as_, ada)
    assert "Offered to Bob Tanaka" in owner.get(ROLES).text(".panel--danger")
    drain()
    assert "You are offered to own Bikes" in as_(bob).get("/notifications").texts(".notice__text")
    page = as_(bob, confirmed=True).get("/c/bikes/ownership")
    assert page.form("form[action$=accept]").send().location == "/c/bikes/dashboard/tasks"
    assert (role_of(ada), role_of(bob)) == ("ADMIN", "OWNER")
    drain()
    assert "Bikes has another owner now" in as_(ada).get("/notifications").texts(".notice__text")
    assert as_(bob).get("/c/bikes/ownership").status == 404
    assert as_(ada).post("/c/bikes/leave").status == 303


@pytest.mark.parametrize("end", ["declined", "withdrawn", "too late"])
def test_an_offer_ends_without_a_change(end: str, as_: As, ada: Person, bob: Person, db_session: object) -> None:
    owner = offered(as_, ada)
    if end == "declined":
        as_(bob).get("/c/bikes/ownership").form("form[action$=decline]").send()
    elif end == "withdrawn":
        owner.get(ROLES).form("form[action$=withdraw]").send()
    else:
        db.session.query(OwnershipOffer).one().expires_at = now() - dt.timedelta(minutes=1)
    assert as_(bob, confirmed=True).post("/c/bikes/ownership/accept").status == 410
    assert (role_of(ada), role_of(bob)) == ("OWNER", "MEMBER")
    if end == "too late":
        assert services.expire_offers() == 1
    assert db.session.query(OwnershipOffer).one().outcome == {
        "declined": "DECLINED", "withdrawn": "WITHDRAWN", "too late": "EXPIRED"}[end]  # fmt: skip


def test_only_an_owner_offers_and_only_to_a_member(as_: As, ada: Person, cleo: Person, redis) -> None:
    refused = as_(ada, confirmed=True).post(f"{ROLES}/offer", username="eve")
    assert refused.status == 422
    make(cleo, "ADMIN", redis)
    assert as_(cleo, confirmed=True).post(f"{ROLES}/offer", username="bob").status == 403
    assert db.session.query(OwnershipOffer).count() == 0


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("mia", 403), ("bob", 403), ("eve", 403)])
def test_admins_alone_see_the_roles(name: str, status: int, as_: As, cast: Cast, db_session: object) -> None:
    assert as_(cast.people[name]).get(ROLES).status == status
