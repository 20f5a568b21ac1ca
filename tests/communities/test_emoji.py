"""The reactions a community offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import CommunityEmoji
from community.extensions import db
from community.reactions import services as reactions
from tests.cast import Cast, Person, PlaceFacts
from tests.content import below, page_of, published, writer
from tests.pictures import picture, send
from tests.visitor import Visitor

As = Callable[..., Visitor]
EMOJI = "/c/bikes/dashboard/emoji"
BELL = {"glyph": "🔔", "label": "Ring it", "code": "bell"}


def palette(visitor: Visitor) -> list[str]:
    return [str(one.attributes["value"]) for one in visitor.get("/c/bikes/").select("#picker button")]


def number_of(code: str) -> int:
    return db.session.query(CommunityEmoji.id).filter_by(code=code).scalar()


def test_another_reaction_is_offered_at_once(as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post = published(bikes, ada, space=general)
    assert "bell" not in palette(as_(bob))
    assert as_(ada).get(EMOJI).form("#emoji-form").send(**BELL).status == 303
    assert palette(as_(bob))[-1] == "bell"
    assert as_(bob).post(below(post, "react"), target="post", emoji="bell").status == 303
    assert as_(bob).get(page_of(post)).texts(".post__foot .chip .emoji") == ["🔔"]


def test_a_retired_reaction_stays_where_it_was_given(
    as_: As, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    post = published(bikes, ada, space=general)
    reactions.toggle_reaction("post", post, "fire", by=writer(bob, bikes.id))
    as_(ada).post(f"{EMOJI}/{number_of('fire')}", label="Fire")
    assert "fire" not in palette(as_(cleo))
    assert as_(cleo).get(page_of(post)).texts(".post__foot .chip .emoji") == ["🔥"], "readable as before"
    assert as_(cleo).post(below(post, "react"), target="post", emoji="fire").status == 422
    assert as_(bob).post(below(post, "react"), target="post", emoji="fire").status == 303, "one's own is taken back"


def test_reactions_are_brought_into_order(as_: As, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    assert palette(as_(bob))[:2] == ["like", "love"]
    as_(ada).post(f"{EMOJI}/{number_of('love')}/move/up")
    assert palette(as_(bob))[:2] == ["love", "like"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "like"}, "code"), ({"code": "Not a code"}, "code"), ({"glyph": "xx"}, "glyph"), ({"glyph": "👍"}, "glyph"),
     ({"label": ""}, "label")],
)  # fmt: skip
def test_what_cannot_be_offered_is_said(change: dict[str, str], field: str, as_: As, ada: Person, bikes: PlaceFacts) -> None:
    answer = as_(ada).get(EMOJI).form("#emoji-form").send(**(BELL | change))
    assert answer.status == 422
    assert answer.has(f"#f-{field}-error")


def test_fifty_reactions_are_the_most(as_: As, ada: Person, bikes: PlaceFacts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.communities.services.emoji.MOST_EMOJI", 8)
    assert as_(ada).post(EMOJI, **BELL).status == 422


def test_a_reaction_of_ones_own_is_a_picture(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts, drain: Callable[[], object]
) -> None:
    post = published(bikes, ada, space=general)
    added = as_(ada).get(EMOJI).form("#emoji-form").send(**BELL, then="picture")
    assert added.location == f"{EMOJI}/bell/picture"
    page = added.follow()
    assert EMOJI in [one.attributes["href"] for one in page.select(".page-head a")]
    assert send(as_(ada), f"{EMOJI}/bell/picture", picture()).status == 303
    drain()
    key = db.session.query(CommunityEmoji.image).filter_by(code="bell").scalar()
    assert as_(ada).get(EMOJI).one(f"#emoji-{number_of('bell')} .emoji img").attributes["src"] == f"/media/{key}/64.webp"
    assert as_(bob).get(page_of(post)).one("#picker button[value=bell] img").attributes["src"] == f"/media/{key}/64.webp"
    assert as_(bob).get(f"/media/{key}/64.webp").status == 200
    as_(bob).post(below(post, "react"), target="post", emoji="bell")
    assert as_(bob).get(page_of(post)).has(".post__foot .chip img")


@pytest.mark.parametrize("name", ["mia", "bob", "eve"])
def test_only_admins_change_what_is_offered(name: str, as_: As, cast: Cast, bikes: PlaceFacts) -> None:
    person = cast.people[name]
    assert as_(person).get(EMOJI).status == 403
    assert as_(person).post(EMOJI, **BELL).status == 403
    assert as_(person).post(f"{EMOJI}/{number_of('fire')}/move/up").status == 403
