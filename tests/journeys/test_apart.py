"""Two people who do not meet: what a block or a mute does in every place where one might come across the other."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from community.accounts import services as accounts
from community.accounts.models import Block, Follow, Mute
from community.accounts.policies import hidden_people
from community.accounts.queries import by_username, hidden_public_ids, search_people
from community.comments import broadcasts
from community.communities.viewers import of_user
from community.core import broadcast, cache
from community.core.clock import now
from community.core.relations import Relation
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, commented, page_of, published, writer
from tests.visitor import Page, Visitor

As = Callable[[Person], Visitor]
Drain = Callable[[], Counter[str]]
pytestmark = pytest.mark.usefixtures("db_session")


class Scene:
    """Bob and Cleo wrote everywhere; what each sees of the other is asked for by the name of a place."""

    def __init__(self, as_: As, bikes: PlaceFacts, general: PlaceFacts, people: dict[str, Person], drain: Drain) -> None:
        self.as_, self.bikes, self.general, self.drain = as_, bikes, general, drain
        bob, cleo, ada = (people[name] for name in ("bob", "cleo", "ada"))
        self.posts = {person.username: published(bikes, person, space=general, title=f"A post by {person.username}",
                                                 text=f"Words of {person.username}.") for person in (bob, cleo)}
        self.neutral = published(bikes, ada, title="Neutral ground", space=general)
        self.comments = {person.username: commented(self.neutral, person, f"Remark of {person.username}.")
                         for person in (bob, cleo)}
        for name, comment in self.comments.items():
            commented(self.neutral, ada, f"Answer to {name}.", parent=comment)
        for author, host in ((bob, cleo), (cleo, bob)):
            commented(self.posts[host.username], author, f"Note of {author.username}.")
        drain()

    def sees(self, viewer: Person, other: Person, place: str) -> bool:
        """Whether the viewer comes across what the other wrote or did there."""
        visitor, name = self.as_(viewer), other.username
        title = f"A post by {name}"
        if place in ("home", "community", "space"):
            path = {"home": "/", "community": "/c/bikes/", "space": "/c/bikes/s/general/"}[place]
            shown = visitor.get(path)
            assert shown.has(".card-post"), "there is nothing at all"
            return title in shown.texts(".card-post__title")
        if place == "fresh":
            since = int((now() - dt.timedelta(hours=1)).timestamp() * 1_000_000)
            text = " ".join(visitor.htmx_get(f"/c/bikes/fresh?since={since}").texts(".new-pill"))
            return "2 new" in text
        if place == "thread":
            shown = visitor.get(page_of(self.neutral))
            assert f"Answer to {name}." in shown.html, "replies stay readable"
            return f"Remark of {name}." in shown.html
        if place == "post":
            return f"Words of {name}." in visitor.get(page_of(self.posts[name])).html
        if place == "notice":
            return any(other.name in text for text in visitor.get("/notifications").texts(".notice__text"))
        if place == "count":
            return visitor.get("/notifications").texts("#notif-badge .count") == ["2"]
        if place == "search":
            db.session.expire_all()
            return name in {one.username for one in search_people(of_user(viewer.user_id), other.name)}
        assert place == "push"
        return other.public_id not in hidden_public_ids(viewer.user_id)


PLACES = ("home", "community", "space", "fresh", "thread", "post", "notice", "count", "search", "push")
NO_FEEDS = ("home", "community", "space", "fresh")


@pytest.fixture
def scene(as_: As, bikes: PlaceFacts, general: PlaceFacts, ada: Person, bob: Person, cleo: Person, drain: Drain
          ) -> Scene:
    made = Scene(as_, bikes, general, {"ada": ada, "bob": bob, "cleo": cleo}, drain)
    for viewer, other in ((bob, cleo), (cleo, bob)):
        absent = [place for place in PLACES if not made.sees(viewer, other, place)]
        assert not absent, f"{viewer.username} did not see {other.username} before: {absent}"
    return made


def test_a_block_makes_each_absent_for_the_other_everywhere(scene: Scene, bob: Person, cleo: Person) -> None:
    assert scene.as_(bob).post("/u/cleo/block").status == 303
    for viewer, other in ((bob, cleo), (cleo, bob)):
        assert [place for place in PLACES if scene.sees(viewer, other, place)] == []
    assert scene.as_(bob).post("/settings/blocks/cleo/delete").status == 303
    for viewer, other in ((bob, cleo), (cleo, bob)):
        assert [place for place in PLACES if not scene.sees(viewer, other, place)] == []


@pytest.mark.parametrize(("kind", "hidden"), [("MUTE", PLACES), ("HIDE_POSTS", NO_FEEDS), ("HIDE_STORIES", ())])
def test_a_mute_hides_for_one_side_only(
    scene: Scene, bob: Person, cleo: Person, kind: str, hidden: tuple[str, ...]
) -> None:
    assert scene.as_(bob).post("/u/cleo/mute", kind=kind, days="7").status == 303
    assert [place for place in PLACES if not scene.sees(bob, cleo, place)] == list(hidden)
    assert [place for place in PLACES if not scene.sees(cleo, bob, place)] == []


def test_a_mute_that_is_over_has_no_effect_at_once(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(bob).post("/u/cleo/mute", kind="MUTE", days="1")
    scene.as_(bob).get("/c/bikes/")
    db.session.execute(update(Mute).values(expires_at=now() - dt.timedelta(seconds=1)))
    cache.raise_generation(f"u:{bob.user_id}")
    assert [place for place in PLACES if not scene.sees(bob, cleo, place)] == []
    assert accounts.end_expired_mutes() == 1
    assert db.session.scalar(select(Mute.id)) is None


def test_a_mute_in_a_cached_record_ends_with_its_time() -> None:
    def hidden(until: dt.datetime | None) -> list[int]:
        return hidden_people(Viewer(relations=(Relation(user_id=7, kind="MUTE", until=until),)), "feed")

    assert hidden(now() + dt.timedelta(seconds=30)) == hidden(None) == [7]
    assert hidden(now() - dt.timedelta(seconds=1)) == []


def test_a_stub_stands_in_the_thread_and_only_who_blocked_may_look(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(bob).post("/u/cleo/block")
    mine, theirs = (f"#c-{scene.comments[name].public_id}" for name in ("bob", "cleo"))
    page = scene.as_(bob).get(page_of(scene.neutral))
    assert page.text(f"{theirs} .comment__body").startswith("Hidden \u2013 blocked user")
    assert not page.has(f"{theirs} a[href^='/u/']")
    show = page.one(f"{theirs} a")
    assert "Remark of cleo." in scene.as_(bob).get(str(show.attributes["href"])).text(theirs)
    assert "Remark of cleo." in scene.as_(bob).htmx_get(str(show.attributes["hx-get"])).html
    other = scene.as_(cleo).get(page_of(scene.neutral))
    assert other.text(f"{mine} .comment__body") == "Hidden \u2013 blocked user"
    for path in (f"comments/{scene.comments['bob'].public_id}?reveal=1", f"comments/{scene.comments['bob'].public_id}"):
        assert "Remark of bob." not in scene.as_(cleo).htmx_get(below(scene.neutral, path)).html
    assert "Remark of bob." not in scene.as_(cleo).get(
        f"{page_of(scene.neutral)}?comment={scene.comments['bob'].public_id}&reveal=1").html


def test_a_post_by_address_is_a_stub_first(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(bob).post("/u/cleo/block")
    page = scene.as_(bob).get(page_of(scene.posts["cleo"]))
    assert page.text("h1") == "Hidden \u2013 blocked user"
    assert "A post by cleo" not in page.html
    opened = scene.as_(bob).get(str(page.one("main .empty a").attributes["href"]))
    assert opened.text("h1") == "A post by cleo"
    assert not opened.has("#composer")
    shut = scene.as_(cleo).get(page_of(scene.posts["bob"]))
    assert not shut.has("main .empty a")
    for path in ("?show=1", "/history"):
        assert "Words of bob." not in scene.as_(cleo).get(page_of(scene.posts["bob"]).split("-")[0] + path).html
    assert "a-post-by-bob" not in scene.as_(cleo).get(f"/c/bikes/p/{scene.posts['bob'].id}").location


def test_neither_answers_nor_reacts_to_the_other(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(bob).post("/u/cleo/block")
    for actor, other in ((bob, cleo), (cleo, bob)):
        visitor, post, comment = scene.as_(actor), scene.posts[other.username], scene.comments[other.username]
        assert visitor.post(below(post, "comments"), body="Hello?").status == 403
        assert visitor.post(below(scene.neutral, "comments"), body="Hello?", parent=str(comment.public_id)).status == 403
        assert visitor.post(below(post, "react"), target="post", emoji="like").status == 403
        assert visitor.post(below(scene.neutral, "react"), target=str(comment.public_id), emoji="like").status == 403
        assert visitor.post(below(scene.neutral, "comments"), body="To everybody.").status == 303
    assert db.session.scalar(select(Post.comment_count).where(Post.id == scene.posts["bob"].id)) == 1


def test_nobody_is_told_what_the_other_does(scene: Scene, ada: Person, bob: Person, cleo: Person) -> None:
    before = {person.username: len(notices(scene, person)) for person in (bob, cleo)}
    scene.as_(bob).post("/u/cleo/block")
    scene.as_(bob).post("/settings/blocks/cleo/delete")
    accounts.mute(by_username("bob"), by=of_user(cleo.user_id))  # type: ignore[arg-type]
    db.session.commit()
    scene.as_(bob).post(below(scene.posts["cleo"], "comments"), body="Are you there?")
    scene.as_(cleo).post(below(scene.posts["bob"], "comments"), body="I am.")
    scene.drain()
    accounts.unmute(by_username("bob"), by=of_user(cleo.user_id))  # type: ignore[arg-type]
    db.session.commit()
    after = {person.username: len(notices(scene, person)) for person in (bob, cleo)}
    assert after["cleo"] == before["cleo"]
    assert after["bob"] == before["bob"] + 1


def notices(scene: Scene, person: Person) -> list[str]:
    return scene.as_(person).get("/notifications").texts(".notice__text")


def test_follows_end_both_ways_and_do_not_begin_again(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(bob).post("/u/cleo/follow")
    scene.as_(cleo).post("/u/bob/follow")
    scene.as_(bob).post("/u/cleo/block")
    assert db.session.scalar(select(Follow.id)) is None
    assert scene.as_(bob).get("/u/cleo").text("#followers-count") == "0"
    assert scene.as_(cleo).post("/u/bob/follow").status == 404
    assert scene.as_(cleo).get("/u/bob").status == 404
    assert scene.as_(bob).post("/u/cleo/follow").status == 403
    assert scene.as_(bob).get("/u/cleo").has("#person-actions form[action='/u/cleo/block/delete']")
    assert not scene.as_(bob).get("/u/cleo").has(".card-post")


def test_staff_who_is_blocked_goes_on_seeing_what_they_moderate(scene: Scene, mia: Person, bob: Person) -> None:
    scene.as_(bob).post("/u/mia/block")
    for path in ("/c/bikes/", "/c/bikes/s/general/"):
        assert "A post by bob" in scene.as_(mia).get(path).texts(".card-post__title")
    assert "Words of bob." in scene.as_(mia).get(page_of(scene.posts["bob"])).html
    assert "Remark of bob." in scene.as_(mia).get(page_of(scene.neutral)).html
    answer = scene.as_(mia).post(below(scene.neutral, f"comments/{scene.comments['bob'].public_id}/delete"))
    assert answer.status == 303


def test_staff_sees_stubs_of_those_they_blocked_and_moderates_them(scene: Scene, mia: Person, bob: Person) -> None:
    scene.as_(mia).post("/u/bob/block")
    stub = f"#c-{scene.comments['bob'].public_id}"
    assert scene.as_(mia).get(page_of(scene.neutral)).has(f"{stub} a[href*='reveal=1']")
    assert scene.as_(mia).post(below(scene.neutral, f"comments/{scene.comments['bob'].public_id}/delete")).status == 303
    assert scene.as_(mia).post(below(scene.posts["bob"], "delete")).status == 303


def test_whoever_joins_later_is_absent_from_the_first_moment(
    scene: Scene, bikes: PlaceFacts, general: PlaceFacts, bob: Person, eve: Person
) -> None:
    scene.as_(bob).post("/u/eve/block")
    scene.as_(bob).get("/c/bikes/")
    scene.as_(bob).get("/")
    scene.as_(eve).post("/c/bikes/join")
    published(bikes, eve, space=general, title="Eve is here")
    for path in ("/", "/c/bikes/"):
        assert "Eve is here" not in scene.as_(bob).get(path).texts(".card-post__title")


def test_who_reacted_leaves_out_the_other_and_counts_stay(scene: Scene, bob: Person, cleo: Person) -> None:
    scene.as_(cleo).post(below(scene.neutral, "react"), target="post", emoji="like")
    scene.as_(bob).post("/u/cleo/block")
    listed = scene.as_(bob).get(below(scene.neutral, "reactions?target=post"))
    assert cleo.name not in listed.html
    assert scene.as_(bob).get(page_of(scene.neutral)).text(f"#rx-post-{scene.neutral.public_id}-like .num") == "1"


def test_what_is_pushed_is_never_a_stub(scene: Scene, mia: Person, bob: Person, cleo: Person) -> None:
    scene.as_(mia).post("/u/bob/mute", kind="MUTE", days="")
    with unit_of_work():
        broadcasts.changed(scene.comments["bob"], scene.neutral, writer(mia, scene.bikes.id))
        sent = " ".join(str(message) for message in broadcast.waiting())
    assert "Hidden" not in sent
    assert "Remark of bob" in sent


def test_the_page_of_blocks_lists_and_undoes(as_: As, bob: Person, cleo: Person, ada: Person) -> None:
    assert as_(bob).get("/settings/blocks").text(".empty h3") == "You have not blocked anyone"
    as_(bob).post("/u/cleo/block")
    as_(bob).post("/u/ada/mute", kind="HIDE_POSTS", days="30")
    page = as_(bob).get("/settings/blocks")
    assert len(page.select("#kept-apart .row")) == 2
    answer = as_(bob).htmx_post("/settings/blocks/cleo/delete")
    assert len(answer.select("hx-partial .row")) == 1
    assert as_(bob).post("/settings/mutes/ada/delete").follow().has(".empty")
    assert db.session.scalar(select(Block.id)) is None and db.session.scalar(select(Mute.id)) is None
    assert as_(bob).post("/settings/blocks/cleo/delete").status == 404


def test_oneself_and_the_site_cannot_be_blocked(as_: As, bob: Person) -> None:
    assert as_(bob).post("/u/bob/block").status == 422
    assert as_(bob).post("/u/bob/mute", kind="MUTE").status == 422
    page: Page = as_(bob).post("/u/cleo/mute", kind="LOUD")
    assert page.status == 422
