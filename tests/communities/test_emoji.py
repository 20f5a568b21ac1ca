"""The reactions a community offers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import CommunityEmoji
from community.extensions import db
from community.reactions import services as reactions
from tests.cast import Person, PlaceFacts
from tests.content import below, page_of, published, writer
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
