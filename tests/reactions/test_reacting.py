"""Reacting: what one tap does, for the one who taps and for everybody else."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from selectolax.lexbor import LexborHTMLParser

from community.comments.models import Comment
from community.communities.models import Community, CommunityEmoji, Member, Space
from community.core import broadcast, cache
from community.extensions import db
from community.posts.models import Post
from community.reactions import services
from community.reactions.models import Reaction, ReactionCount
from tests.cast import Person, PlaceFacts
from tests.content import below, change_member, commented, page_of, published, writer
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]


@pytest.fixture
def post(bikes: PlaceFacts, bob: Person) -> Post:
    return published(bikes, bob)


@pytest.fixture
def comment(post: Post, bob: Person) -> Comment:
    return commented(post, bob)


def react(person: Visitor, post: Post, emoji: str, target: object = "post") -> Page:
    return person.htmx_post(below(post, "react"), emoji=emoji, target=str(target))


def bar(page: Page, post: Post) -> dict[str, tuple[str, str]]:
    """Of each chip: the count, and whether it is pressed."""
    chips = page.select(f"#rx-post-{post.public_id} .chip[name=emoji]")
    return {
        str(chip.attributes["value"]): (chip.css_first(".num").text(), str(chip.attributes["aria-pressed"]))
        for chip in chips
    }


def test_one_tap_gives_and_the_next_takes_back(as_: As, post: Post, cleo: Person, guest: Person) -> None:
    answer = react(as_(cleo), post, "like")
    assert answer.one("hx-partial").attributes == {"hx-target": f"#rx-post-{post.public_id}", "hx-swap": "outerMorph"}
    assert bar(answer, post) == {"like": ("1", "true")}
    assert bar(as_(guest).get(page_of(post)), post) == {"like": ("1", "false")}
    assert bar(as_(cleo).get(page_of(post)), post) == {"like": ("1", "true")}
    assert bar(react(as_(cleo), post, "like"), post) == {}
    assert bar(as_(guest).get(page_of(post)), post) == {}
    assert db.session.query(Reaction).count() == 0


def test_without_scripts_a_chip_is_a_form(as_: As, post: Post, cleo: Person) -> None:
    answer = as_(cleo).post(below(post, "react"), target="post", emoji="fire")
    assert answer.location == page_of(post)
    assert bar(answer.follow(), post) == {"fire": ("1", "true")}


def test_counts_are_those_of_everybody_and_marks_ones_own(
    as_: As, post: Post, ada: Person, mia: Person, cleo: Person
) -> None:
    for person, emoji in ((ada, "like"), (mia, "like"), (cleo, "love")):
        react(as_(person), post, emoji)
    assert bar(as_(ada).get(page_of(post)), post) == {"like": ("2", "true"), "love": ("1", "false")}
    assert bar(as_(cleo).get(page_of(post)), post) == {"like": ("2", "false"), "love": ("1", "true")}


@pytest.mark.parametrize("place", ["/", "/c/bikes/", "/u/bob"])
def test_a_card_shows_counts_and_ones_own_marks_wherever_it_stands(
    as_: As, post: Post, ada: Person, cleo: Person, place: str
) -> None:
    for person in (ada, cleo):
        assert bar(as_(person).get(place), post) == {}
    react(as_(ada), post, "like")
    assert bar(as_(ada).get(place), post) == {"like": ("1", "true")}
    assert bar(as_(cleo).get(place), post) == {"like": ("1", "false")}


def test_a_comment_is_reacted_to_by_its_own_id(as_: As, post: Post, comment: Comment, cleo: Person) -> None:
    answer = react(as_(cleo), post, "like", comment.public_id)
    assert answer.one("hx-partial").attributes["hx-target"] == f"#rx-comment-{comment.public_id}"
    page = as_(cleo).get(page_of(post))
    assert page.one(f"#rx-comment-{comment.public_id}-like").attributes["aria-pressed"] == "true"
    assert bar(page, post) == {}


def test_three_different_reactions_are_the_most(as_: As, post: Post, cleo: Person) -> None:
    for emoji in ("like", "love", "fire"):
        assert react(as_(cleo), post, emoji).status == 200
    refused = react(as_(cleo), post, "laugh")
    assert (refused.status, refused.text(".toast p")) == (422, "You can give at most 3 different reactions here.")
    assert react(as_(cleo), post, "love").status == 200
    assert set(bar(react(as_(cleo), post, "laugh"), post)) == {"like", "fire", "laugh"}


def test_where_one_is_the_most_the_new_one_takes_its_place(as_: As, post: Post, cleo: Person, ada: Person) -> None:
    db.session.get_one(Community, post.community_id).settings = {"reactions_max_per_target": 1}
    react(as_(ada), post, "like")
    react(as_(cleo), post, "like")
    assert bar(react(as_(cleo), post, "fire"), post) == {"like": ("1", "false"), "fire": ("1", "true")}
    assert (post.like_count, post.reaction_count) == (1, 2)
    assert bar(react(as_(cleo), post, "fire"), post) == {"like": ("1", "false")}


@pytest.mark.parametrize("emoji", ["unicorn", "", "li ke", "<b>", "a" * 40, "\x00"])
def test_an_emoji_the_community_does_not_offer_is_refused(as_: As, post: Post, cleo: Person, emoji: str) -> None:
    refused = react(as_(cleo), post, emoji)
    assert (refused.status, refused.text(".toast p")) == (422, "This reaction is not available here.")
    assert db.session.query(ReactionCount).count() == 0


@pytest.mark.parametrize(("sent", "given"), [("LIKE", "like"), ("Mind_Blown", "mind_blown"), ("sad", "cry")])
def test_codes_are_matched_whatever_their_case_and_old_names_hold(
    as_: As, post: Post, cleo: Person, sent: str, given: str
) -> None:
    assert set(bar(react(as_(cleo), post, sent), post)) == {given}


def test_an_emoji_that_was_switched_off_is_given_no_more(as_: As, post: Post, bob: Person, cleo: Person) -> None:
    assert react(as_(cleo), post, "fire").status == 200
    db.session.query(CommunityEmoji).filter_by(code="fire").update({"is_active": False})
    db.session.commit()
    cache.raise_generation("c:bikes")
    assert react(as_(bob), post, "fire").status == 422
    assert react(as_(cleo), post, "fire").status == 200, "one's own is taken back"
    assert react(as_(cleo), post, "fire").status == 422


def test_likes_are_counted_once_a_person_and_reach_the_author(
    as_: As, post: Post, ada: Person, bob: Person, cleo: Person
) -> None:
    db.session.query(CommunityEmoji).filter_by(code="love").update({"counts_as_like": True})
    for person, emoji in ((cleo, "like"), (cleo, "love"), (cleo, "fire"), (ada, "love"), (bob, "like")):
        react(as_(person), post, emoji)
    assert (post.like_count, post.reaction_count, post.top_score) == (3, 5, 3)
    assert _received(bob) == 2
    react(as_(cleo), post, "love")
    assert (post.like_count, _received(bob)) == (3, 2)
    react(as_(cleo), post, "like")
    react(as_(bob), post, "like")
    assert (post.like_count, post.reaction_count, post.top_score, _received(bob)) == (1, 2, 1, 1)
    assert db.session.get_one(Member, cleo.member_id).reaction_given_count == 1


def test_the_most_liked_post_is_on_top(as_: As, post: Post, bikes: PlaceFacts, bob: Person, cleo: Person) -> None:
    newer = published(bikes, bob)
    assert as_(cleo).get("/c/bikes/?sort=top").texts(".card-post__title") == [newer.title, post.title]
    react(as_(cleo), post, "like")
    assert as_(cleo).get("/c/bikes/?sort=top").texts(".card-post__title") == [post.title, newer.title]


def test_what_one_cannot_see_takes_no_reaction(
    as_: As, bikes: PlaceFacts, bob: Person, cleo: Person, workshop: PlaceFacts
) -> None:
    secret = published(bikes, bob, space=workshop)
    comment = commented(secret, bob)
    public = published(bikes, bob)
    for target in ("post", comment.public_id):
        assert react(as_(bob), secret, "like", target).status == 200
        assert react(as_(cleo), secret, "like", target).status == 404
    assert react(as_(cleo), public, "like", comment.public_id).status == 404
    assert react(as_(bob), public, "like", comment.public_id).status == 404
    assert as_(cleo).get(below(secret, "reactions")).status == 404
    assert db.session.query(Reaction).count() == 2


@pytest.mark.parametrize("target", ["comment", "no-uuid", "00000000-0000-0000-0000-000000000000"])
def test_a_target_that_does_not_exist_is_not_found(as_: As, post: Post, cleo: Person, target: str) -> None:
    assert react(as_(cleo), post, "like", target).status == 404


@pytest.mark.parametrize("change", [{"status": "ARCHIVED"}, {"status": "FLAGGED"}])
def test_an_archived_or_held_post_takes_no_reaction_nor_do_its_comments(
    as_: As, post: Post, comment: Comment, bob: Person, change: dict[str, str]
) -> None:
    assert react(as_(bob), post, "like", comment.public_id).status == 200
    for name, value in change.items():
        setattr(post, name, value)
    for target in ("post", comment.public_id):
        assert react(as_(bob), post, "fire", target).status == 403


def test_an_archived_space_takes_no_reaction(
    as_: As, bikes: PlaceFacts, general: PlaceFacts, bob: Person, cleo: Person
) -> None:
    post = published(bikes, bob, space=general)
    comment = commented(post, bob)
    db.session.get_one(Space, general.id).is_archived = True
    cache.raise_generation("c:bikes")
    for target in ("post", comment.public_id):
        refused = react(as_(cleo), post, "like", target)
        assert (refused.status, refused.text(".toast p")) == (403, "This space is archived.")


def test_those_outside_do_not_react(as_: As, post: Post, eve: Person, guest: Person, cleo: Person) -> None:
    assert react(as_(eve), post, "like").status == 403
    assert react(as_(guest), post, "like").location == "/login?next=/"
    change_member(cleo, status="SUSPENDED")
    assert react(as_(cleo), post, "like").status == 403


def test_more_than_sixty_reactions_a_minute_are_too_many(as_: As, post: Post, cleo: Person) -> None:
    visitor = as_(cleo)
    answers = [react(visitor, post, "like") for _ in range(61)]
    assert [answer.status for answer in answers] == [200] * 60 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert post.reaction_count == 0


def test_who_reacted_is_listed_newest_first(as_: As, post: Post, ada: Person, cleo: Person, guest: Person) -> None:
    assert as_(guest).get(below(post, "reactions")).has(".empty")
    react(as_(ada), post, "like")
    react(as_(cleo), post, "fire")
    page = as_(guest).get(below(post, "reactions"))
    assert page.texts(".rows .row") == [f"{cleo.name}🔥Fire", f"{ada.name}👍Like"]


def test_what_is_pushed_says_who_did_what_and_holds_nobodys_marks(post: Post, cleo: Person) -> None:
    services.toggle_reaction("post", post, "like", by=writer(cleo, post.community_id))
    pushed = orjson.loads(b"{" + broadcast.waiting()[-1].body)
    assert pushed["topic"] == f"post:{post.public_id}"
    chip = LexborHTMLParser(pushed["content"]).css_first(f"#rx-post-{post.public_id}-like")
    assert chip is not None
    said = {name: chip.attributes[name] for name in ("data-actor", "data-op", "aria-pressed")}
    assert said == {"data-actor": cleo.public_id, "data-op": "add", "aria-pressed": "false"}


def _received(person: Person) -> int:
    return int(db.session.scalar(db.select(Member.like_received_count).where(Member.id == person.member_id)))
