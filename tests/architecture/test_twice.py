"""Every handler run twice has the effect of once: deliveries may be repeated, and events come late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pyotp
import pytest
from sqlalchemy import insert, select, text, update

from community.communities.events import StorageThresholdReached
from community.communities.models import Community
from community.core.clock import now
from community.core.outbox import record, registry
from community.core.outbox.models import EventDelivery, OutboxEvent
from community.extensions import db
from tests.architecture.sources import expect_none
from tests.cast import PASSWORD, Cast, PlaceFacts
from tests.content import page_of, published
from tests.pictures import picture, send
from tests.visitor import Visitor

BOOKKEEPING = {"event_deliveries", "delivery_counts", "alembic_version"}
As = Callable[..., Visitor]


def handlers() -> dict[str, registry.Handler]:
    """The handlers of the product whose effects are in the database; the others have a key that is the same each time."""
    return {
        name: handler
        for name, handler in registry.handlers().items()
        if handler.in_batches is not None and handler.in_batches.__module__.startswith("community.")
    }


def unheard(known: Iterable[str], heard: Iterable[str]) -> list[str]:
    return [f"nothing here makes {name} run; let something happen that it listens to" for name in set(known) - set(heard)]


def everything() -> dict[str, str]:
    """A digest of each table, but for the bus's own bookkeeping and revisions: a raised one says only, look again."""
    names = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    rows = "SELECT (to_jsonb(t) - 'rev' - 'updated_at')::text AS line FROM {} t"
    digest = f"SELECT coalesce(md5(string_agg(line, '|' ORDER BY line)), '') FROM ({rows}) rows"
    return {name: str(db.session.scalar(text(digest.format(name)))) for name in set(names) - BOOKKEEPING}


def deliver_again() -> set[str]:
    """Owe every event to every handler once more; returns their names."""
    rows = [
        {"event_id": event_id, "handler": handler.name, "lane": handler.lane.name, "next_attempt_at": now()}
        for event_id, name in db.session.execute(select(OutboxEvent.id, OutboxEvent.name))
        for handler in handlers().values()
        if name in handler.events
    ]
    db.session.execute(insert(EventDelivery), rows)
    return {str(row["handler"]) for row in rows}


def with_two_steps(visitor: Visitor) -> None:
    """Turn two-step log-in on."""
    page = visitor.post("/settings/security/two-factor/start").follow()
    code = pyotp.TOTP(page.text("code.secret").replace(" ", "")).now()
    assert page.form("#enrol-form").send(code=code).status == 200


def much_happens(as_: As, cast: Cast, bikes: PlaceFacts, workshop: PlaceFacts) -> None:
    """Something of everything a handler listens to."""
    bob, cleo, eve, ada = (cast.people[name] for name in ("bob", "cleo", "eve", "ada"))
    post = published(bikes, bob, title="Which bell?")
    as_(cleo).get(page_of(post)).form("#composer").send(body="A brass one.")
    as_(bob).get(page_of(post)).form("#composer").send(body="How loud?")
    as_(bob).post("/settings/profile", display_name="Robert Tanaka", bio="", location="", website="")
    as_(bob).post("/u/cleo/follow")
    as_(cleo).post("/settings/privacy", follow_approval="1")
    as_(ada).post("/u/cleo/follow")
    as_(eve).post("/u/cleo/follow")
    as_(cleo).post("/follow-requests/accept")
    as_(cleo).post("/u/eve/block")
    as_(cleo).post("/u/eve/block/delete")
    as_(cleo).post("/u/ada/mute", kind="MUTE", days="7")
    as_(bob).post(f"{workshop.url}leave")
    spaces_change(as_, cast, workshop)
    assert send(as_(ada), "/c/bikes/dashboard/settings/avatar", picture()).status < 400
    as_(ada).get("/communities/new").form("main form").send(name="Boats", slug="boats")
    as_(ada).get("/c/boats/spaces/new").form("main form").send(name="Harbour", slug="harbour")
    db.session.execute(update(Community).where(Community.slug == "boats").values(join_policy="APPROVAL"))
    for person in (cleo, eve):
        as_(person).get("/c/boats/join").form("main form[action$='/join']").send()
    waiting = as_(ada).get("/c/boats/members")
    for answer in (waiting.select("form[action$='/approve']")[0], waiting.select("form[action$='/decline']")[-1]):
        assert as_(ada).post(str(answer.attributes["action"])).status == 303
    owner = as_(ada, confirmed=True)
    assert owner.post("/c/bikes/dashboard/roles", username="bob", role="MODERATOR").status == 303
    assert owner.post("/c/bikes/dashboard/roles/offer", username="bob").status == 303
    record(StorageThresholdReached(community_id=bikes.id, percent=95))
    db.session.execute(update(Community).where(Community.id == bikes.id).values(
        storage_used=Community.storage_limit * 95 / 100))
    as_(cleo).get("/c/bikes/leave").form("main form[action$='/leave']").send()
    as_(cleo).get("/").form("#account form").send()
    as_(bob, confirmed=True).post("/settings/password", password="a wholly other password")
    with_two_steps(as_(eve, confirmed=True))
    leaves(as_(cast.people["mia"], confirmed=True))


def leaves(visitor: Visitor) -> None:
    """Ask to leave the site, log in again, and leave at once."""
    address = "/settings/account/delete"
    assert visitor.post(address, username="mia", when="later").status == 303
    assert visitor.post("/login", identifier="mia", password=PASSWORD).status == 303
    assert visitor.post(address, username="mia", when="now").status == 303


def spaces_change(as_: As, cast: Cast, workshop: PlaceFacts) -> None:
    """People ask, are answered and restricted."""
    bob, cleo, ada = (cast.people[name] for name in ("bob", "cleo", "ada"))
    owner = as_(ada, confirmed=True)
    for person in (bob, cleo):
        as_(person).post(f"{workshop.url}join")
    as_(ada).post(f"{workshop.url}members/{cleo.member_id}/approve")
    as_(ada).post(f"{workshop.url}members/{bob.member_id}/decline")
    as_(ada).post(f"{workshop.url}members/invite", username="bob")
    as_(ada).post(f"{workshop.url}members/{cleo.member_id}/remove")
    settings = owner.get(f"{workshop.url}settings").form("#space-settings")
    assert settings.send(name="Shed", visibility="HIDDEN").status == 303
    assert owner.post("/c/bikes/s/general/delete", target="").status == 303


@pytest.mark.usefixtures("db_session")
def test_handlers_run_twice_have_the_effect_of_once(
    as_: As, cast: Cast, bikes: PlaceFacts, workshop: PlaceFacts, drain: Callable[[], Counter[str]]
) -> None:
    much_happens(as_, cast, bikes, workshop)
    drain()
    before = everything()
    again = deliver_again()
    expect_none(unheard(handlers(), again))
    outcomes = drain()
    assert set(outcomes) <= {"DONE", "SKIPPED"}
    assert outcomes.total() >= len(again)
    after = everything()
    expect_none([f"{name} is not as it was" for name in before if before[name] != after[name]])


def test_a_handler_nobody_runs_is_noticed() -> None:
    assert "posts.count" in unheard(["posts.count"], [])[0]
    assert unheard(["posts.count"], ["posts.count"]) == []


@pytest.mark.usefixtures("db_session")
def test_a_second_effect_is_noticed(
    monkeypatch: pytest.MonkeyPatch, as_: As, cast: Cast, bikes: PlaceFacts, workshop: PlaceFacts, drain: Callable
) -> None:
    """A handler that counts instead of looking counts twice."""

    def count(events: list[object]) -> None:
        db.session.execute(update(Community).values(post_count=Community.post_count + len(events)))

    name, handler = next((name, handler) for name, handler in handlers().items() if "member.left" in handler.events)
    monkeypatch.setitem(registry._HANDLERS, name, registry.Handler(name, handler.lane, handler.events, in_batches=count))
    monkeypatch.setattr(count, "__module__", "community.broken")
    much_happens(as_, cast, bikes, workshop)
    drain()
    before = everything()
    deliver_again()
    drain()
    assert everything()["communities"] != before["communities"]
