"""Changing a space, moving its address, archiving and deleting it, and bringing spaces into order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask

from community.communities import services
from community.communities.models import Community, Space
from community.core import cache
from community.core.audit import AuditLog
from community.core.errors import Conflict
from community.core.outbox.models import OutboxEvent
from community.extensions import db
from community.posts.models import Post
from tests.cast import Cast, Person, PlaceFacts
from tests.content import compose, page_of, published, writer
from tests.databases import Database
from tests.together import together
from tests.visitor import Form, Visitor

As = Callable[..., Visitor]
Drain = Callable[[], Counter[str]]
LIST = "/c/bikes/dashboard/spaces"


def settings(visitor: Visitor, slug: str = "workshop") -> Form:
    return visitor.get(f"/c/bikes/s/{slug}/settings").form("#space-settings")


def titles(visitor: Visitor, path: str = "/c/bikes/") -> list[str]:
    return visitor.get(path).texts(".card-post__title a")


def row(place: PlaceFacts) -> Space:
    return db.session.get(Space, place.id)


def test_a_space_gets_other_words_and_rules(as_: As, ada: Person, bob: Person, workshop: PlaceFacts) -> None:
    saved = settings(as_(ada)).send(name="Shed", icon="🛠️", rules="Be **kind**.", guidelines="Say what broke\n- Add a photo",
                                    description="Mending")
    assert saved.follow().text(".note") == "Saved."
    page = as_(bob).get(workshop.url)
    assert page.text("h1") == "🛠️ Shed"
    assert page.text("#rules strong") == "kind"
    assert page.texts("section[aria-labelledby=rail-tips] li") == ["Say what broke", "Add a photo"]
    assert "Shed" in " ".join(as_(bob).get("/c/bikes/").texts(".sidebar .nav a")), "at once"
    logged = db.session.query(AuditLog).filter_by(action="space.updated").one()
    assert (logged.before["name"], logged.after["name"]) == ("Workshop", "Shed")


def test_an_old_address_leads_to_the_new_one(as_: As, ada: Person, bob: Person, eve: Person, workshop: PlaceFacts) -> None:
    assert settings(as_(ada)).send(slug="the-shed").location == "/c/bikes/s/the-shed/settings?done=1"
    moved = as_(bob).get("/c/bikes/s/workshop/members?q=x")
    assert (moved.status, moved.location) == (301, "/c/bikes/s/the-shed/members?q=x")
    assert as_(bob).post("/c/bikes/s/workshop/leave").status == 308
    assert as_(eve).get("/c/bikes/s/workshop/").status == 404, "who may not know it is not led there"
    assert settings(as_(ada), "the-shed").send(slug="workshop").status == 303, "and back"
    assert as_(bob).get("/c/bikes/s/the-shed/").location == "/c/bikes/s/workshop/"


def test_cards_name_the_space_as_it_is_called_now(
    as_: As, ada: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Drain
) -> None:
    published(bikes, ada, space=general)
    as_(ada).get("/c/bikes/")
    settings(as_(ada), "general").send(name="Lounge", slug="lounge")
    drain()
    card = as_(ada).get("/c/bikes/").one(".card-post .byline__meta a")
    assert (card.text(), card.attributes["href"]) == ("💬 Lounge", "/c/bikes/s/lounge/")


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"slug": "general"}, "slug", "This community has a space with this address."),
        ({"name": "x"}, "name", "Please use at least 2 characters."),
        ({"slug": "new"}, "slug", "This address is reserved."),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field(
    change: dict[str, str], field: str, message: str, as_: As, ada: Person, workshop: PlaceFacts
) -> None:
    answer = settings(as_(ada)).send(description="Kept", **change)
    assert answer.status == 422
    assert answer.text(f"#f-{field}-error") == message
    assert answer.form("#space-settings").fields["description"] == "Kept"


def test_two_people_change_a_space_and_nothing_is_lost(as_: As, ada: Person, workshop: PlaceFacts) -> None:
    first, second = settings(as_(ada)), settings(as_(ada))
    assert first.send(name="Shed").status == 303
    clash = second.send(name="Garage")
    assert clash.status == 409
    assert "Name: Shed" in clash.text(".callout")
    assert row(workshop).name == "Shed"
    assert clash.form("#space-settings").send().status == 303
    assert row(workshop).name == "Garage"


def test_other_readers_need_a_fresh_proof(as_: As, ada: Person, workshop: PlaceFacts) -> None:
    assert settings(as_(ada)).send(visibility="HIDDEN").status == 403
    assert row(workshop).visibility == "PRIVATE"


def test_a_space_closes_at_once_for_who_is_not_in_it(
    as_: As, ada: Person, mia: Person, cleo: Person, guest: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Drain
) -> None:
    post = published(bikes, ada, title="Secret now", space=general)
    as_(cleo).post(f"{general.url}leave")
    for person in (cleo, guest):
        assert titles(as_(person)) == ["Secret now"]
        assert as_(person).get(page_of(post)).status == 200
    assert settings(as_(ada, confirmed=True), "general").send(visibility="PRIVATE").status == 303
    for person in (cleo, guest):
        assert titles(as_(person)) == []
        assert titles(as_(person), "/") == []
        assert titles(as_(person), "/u/ada") == []
        assert as_(person).get(page_of(post)).status == 404
    assert titles(as_(mia)) == ["Secret now"]
    event = db.session.query(OutboxEvent).filter_by(name="space.visibility_changed").one()
    assert event.payload == {"old": "PUBLIC", "new": "PRIVATE"}


def test_opening_a_space_asks_how_many_posts_are_meant(
    as_: As, ada: Person, cleo: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    for _ in range(2):
        published(bikes, ada, space=workshop)
    asked = settings(as_(ada, confirmed=True)).send(visibility="PUBLIC")
    assert asked.status == 409
    assert "2 posts become visible" in asked.text(".callout")
    assert row(workshop).visibility == "PRIVATE"
    assert titles(as_(cleo)) == []
    assert asked.form("#space-settings").send(widens="on").status == 303
    assert len(titles(as_(cleo))) == 2


def test_only_some_kinds_of_posts_are_taken(as_: As, ada: Person, bob: Person, general: PlaceFacts) -> None:
    as_(ada).post(f"{general.url}settings", **(settings(as_(ada), "general").fields | {"allowed_kinds": "QUESTION"}))
    refused = compose(as_(bob), title="Hello", content="Just so.", space=str(general.id), kind="DISCUSSION")
    assert refused.status == 422
    assert "does not take this kind of post" in refused.text("#f-kind-error")
    assert compose(as_(bob), title="Why?", content="Really, why?", space=str(general.id), kind="QUESTION").status == 303


def test_an_archived_space_is_read_only(as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post = published(bikes, bob, space=general)
    as_(ada).get(f"{general.url}settings").form("#archive-form").send()
    assert as_(bob).get(general.url).has(".callout")
    assert as_(bob).post(page_of(post) + "/comments", body="But").status == 403
    assert compose(as_(bob), title="Hello", content="Just so.", space=str(general.id)).status in (403, 422)
    as_(ada).get(f"{general.url}settings").form("#archive-form").send()
    assert as_(bob).post(page_of(post) + "/comments", body="Again").status == 303


def test_posts_of_a_deleted_space_move(
    as_: As, ada: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts, workshop: PlaceFacts, drain: Drain
) -> None:
    post = published(bikes, ada, space=general)
    before = row(workshop).post_count
    deleted = as_(ada, confirmed=True).get(f"{general.url}delete").form("#delete-form").send(target=str(workshop.id))
    assert deleted.status == 303
    drain()
    assert db.session.get(Post, post.id).space_id == workshop.id
    assert row(workshop).post_count == before + 1
    assert as_(cleo).get(page_of(post)).status == 404, "the other space is closed"
    assert as_(ada).get(general.url).location == workshop.url
    assert as_(ada).post("/c/bikes/spaces/new", name="General", slug="general").status == 303, "the address is free"


def test_posts_of_a_public_space_may_stay_without_one(
    as_: As, ada: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Drain
) -> None:
    post = published(bikes, ada, space=general)
    as_(ada, confirmed=True).post(f"{general.url}delete", target="")
    drain()
    assert db.session.get(Post, post.id).space_id is None
    assert as_(cleo).get(page_of(post)).status == 200
    assert as_(cleo).get(general.url).status == 404


def test_posts_of_a_closed_space_go_where_no_more_people_read(
    as_: As, ada: Person, workshop: PlaceFacts, general: PlaceFacts
) -> None:
    for target, message in (("", "These posts are not for everybody"), (str(general.id), "More people read that space")):
        answer = as_(ada, confirmed=True).post(f"{workshop.url}delete", target=target)
        assert answer.status == 422
        assert message in answer.text("main")
    assert row(workshop).deleted_at is None


def test_the_last_space_stays(as_: As, ada: Person, db_session: object) -> None:
    owner = as_(ada, confirmed=True)
    assert owner.post("/c/bikes/s/general/delete", target="").status == 303
    assert owner.post("/c/bikes/s/announcements/delete", target="").status == 303
    assert owner.post("/c/bikes/s/workshop/delete", target="").status == 409


def test_two_people_deleting_the_last_two_spaces_leave_one(
    app: Flask, committed_db: Database, ada: Person, bikes: PlaceFacts, cast: Cast
) -> None:
    from dataclasses import replace

    from community.core.clock import now

    db.session.query(Space).filter_by(slug="workshop").update({"deleted_at": now()})
    db.session.commit()

    def delete(slug: str) -> Callable[[], object]:
        def job() -> object:
            by = replace(writer(ada, bikes.id), confirmed_at=now())
            return services.delete_space(by.space_by_slug(slug), by=by, target_id=None)

        return job

    outcomes = together(app, [delete("general"), delete("announcements")])
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    left = db.session.query(Space).filter_by(community_id=bikes.id, deleted_at=None).count()
    assert left == 1


def order(visitor: Visitor) -> list[str]:
    return visitor.get(LIST).texts(".rows strong a")


def test_spaces_are_brought_into_order(as_: As, ada: Person, bob: Person, workshop: PlaceFacts, general: PlaceFacts) -> None:
    assert order(as_(ada)) == ["Announcements", "General", "Workshop"]
    as_(ada).get(LIST).form(f"form[action$='/{workshop.id}/up']").send()
    assert order(as_(ada)) == ["Announcements", "Workshop", "General"]
    as_(ada).post(f"{LIST}/order", ids=[str(general.id), str(workshop.id)])
    assert order(as_(ada)) == ["General", "Workshop", "Announcements"], "who was not named comes last"
    assert as_(bob).get("/c/bikes/").texts(".sidebar .nav .truncate")[-3:] == ["General", "Workshop", "Announcements"]
    as_(ada).post(f"{LIST}/{general.id}/up")
    assert order(as_(ada))[0] == "General", "the first goes no higher"


def test_two_admins_bring_spaces_into_order_at_once(
    app: Flask, committed_db: Database, ada: Person, bikes: PlaceFacts, general: PlaceFacts, workshop: PlaceFacts
) -> None:
    def put_first(place: PlaceFacts) -> Callable[[], object]:
        return lambda: services.order_spaces([place.id], by=writer(ada, bikes.id))

    together(app, [put_first(general), put_first(workshop), lambda: services.move_space(general.id, 1, by=writer(ada, bikes.id))])
    places = sorted(place for (place,) in db.session.query(Space.sort_order).filter_by(community_id=bikes.id))
    assert places == [0, 1, 2], "each has a place of its own"


def test_a_community_has_two_hundred_spaces_at_most(
    as_: As, ada: Person, bikes: PlaceFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.communities.policies.MOST_SPACES", 3)
    assert as_(ada).post("/c/bikes/spaces/new", name="One too many", slug="too-many").status == 422


def test_an_admin_of_a_space_does_not_change_what_concerns_the_community(
    as_: As, bob: Person, workshop: PlaceFacts, bikes: PlaceFacts
) -> None:
    from community.communities.models import SpaceMember

    db.session.query(SpaceMember).filter_by(space_id=workshop.id, member_id=bob.member_id).update({"role": "ADMIN"})
    cache.raise_generation(f"u:{bob.user_id}")
    form = settings(as_(bob))
    assert "auto_join" not in form.fields
    assert form.send(name="Bobs").status == 303
    assert as_(bob).post(f"{workshop.url}settings", **(settings(as_(bob)).fields | {"auto_join": "on"})).status == 403
    assert as_(bob).get(LIST).status == 403
    assert db.session.get(Community, bikes.id) is not None
