"""Tags and categories: what admins do with them, and what is counted for whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from community.communities import services
from community.communities.models import Category, SlugRedirect, Tag, TopicCount
from community.core.errors import Conflict, Invalid
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts
from tests.content import below, compose, page_of, published, writer
from tests.databases import Database
from tests.together import together
from tests.visitor import Visitor

As = Callable[..., Visitor]
TAXONOMY = "/c/bikes/dashboard/taxonomy"


def tag_named(name: str) -> Tag:
    return db.session.query(Tag).filter_by(name=name).one()


def cloud(visitor: Visitor) -> dict[str, str]:
    page = visitor.get("/c/bikes/tags")
    return dict(zip(page.texts(".topic-cloud .tag"), page.texts(".topic-cloud .num"), strict=True))


def tags_of(visitor: Visitor, post: Post) -> list[str]:
    return visitor.get(page_of(post)).texts(".post .tags a")


def add_category(visitor: Visitor, name: str, parent: Category | None = None) -> Category:
    answer = visitor.get(TAXONOMY).form("#category-form").send(name=name, parent=str(parent.id) if parent else "")
    assert answer.status == 303, answer.html
    return db.session.query(Category).filter_by(name=name).one()


def test_tags_are_counted_over_what_one_reads(
    as_: As, ada: Person, bob: Person, cleo: Person, guest: Person, bikes: PlaceFacts, workshop: PlaceFacts, general: PlaceFacts
) -> None:
    published(bikes, ada, space=general, tags=("steel",))
    published(bikes, ada, space=workshop, tags=("steel", "secret"))
    assert cloud(as_(bob)) == {"secret": "× 1", "steel": "× 2"}
    for person in (cleo, guest):
        assert cloud(as_(person)) == {"steel": "× 1"}, "what stands in closed spaces alone is not named"
        assert as_(person).get("/c/bikes/tags/secret").status == 404
        assert as_(person).get("/c/bikes/tags/steel").text("h1 .num") == "1"
        assert not as_(person).get("/c/bikes/tags?q=secret").has(".topic-cloud")
    assert as_(bob).get("/c/bikes/tags/secret").texts(".card-post__title") != []


def test_counts_follow_the_posts(as_: As, mia: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post = published(bikes, mia, space=general, tags=("steel", "brass"))
    visitor = as_(mia)
    assert cloud(visitor) == {"steel": "× 1", "brass": "× 1"}
    visitor.get(below(post, "edit")).form("#compose").send(tags="steel, copper")
    assert {tag.name: tag.post_count for tag in db.session.query(Tag)} == {"steel": 1, "brass": 0, "copper": 1}
    visitor.post(below(post, "delete"))
    assert cloud(visitor) == {}
    visitor.post(below(post, "restore"))
    assert cloud(visitor) == {"steel": "× 1", "copper": "× 1"}


def test_merged_tags_are_one(as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    first = published(bikes, ada, space=general, tags=("bycicles",))
    both = published(bikes, ada, space=general, tags=("bycicles", "bikes"))
    as_(bob).get("/c/bikes/")
    old = tag_named("bycicles")
    merged = as_(ada).get(f"{TAXONOMY}/tags/{old.id}").form("#merge-form").send(into="bikes")
    assert merged.status == 303
    for post in (first, both):
        assert tags_of(as_(bob), post) == ["bikes"]
    assert cloud(as_(bob)) == {"bikes": "× 2"}
    assert as_(bob).get("/c/bikes/").texts(".card-post .tags a") == ["bikes", "bikes"], "cards too"
    moved = as_(bob).get("/c/bikes/tags/bycicles")
    assert (moved.status, moved.location) == (301, "/c/bikes/tags/bikes")
    third = published(bikes, ada, space=general, tags=("Bycicles",))
    assert tags_of(as_(bob), third) == ["bikes"], "the old word means the tag"
    assert db.session.query(TopicCount).filter(TopicCount.tag_id.is_not(None)).count() == 1


def test_a_tag_is_renamed_and_its_address_leads_on(as_: As, ada: Person, bob: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    post = published(bikes, ada, space=general, tags=("stel",))
    form = as_(ada).get(f"{TAXONOMY}/tags/{tag_named('stel').id}").form("#tag-form")
    assert form.send(name="Steel", synonyms="iron, Stahl", description="The real thing").status == 303
    assert tags_of(as_(bob), post) == ["Steel"]
    assert as_(bob).get("/c/bikes/tags/stel").location == "/c/bikes/tags/steel"
    assert tags_of(as_(bob), published(bikes, ada, space=general, tags=("STAHL",))) == ["Steel"]


def test_a_word_means_one_tag(as_: As, ada: Person, bikes: PlaceFacts, general: PlaceFacts) -> None:
    published(bikes, ada, space=general, tags=("steel", "iron"))
    form = as_(ada).get(f"{TAXONOMY}/tags/{tag_named('steel').id}").form("#tag-form")
    answer = form.send(synonyms="Iron")
    assert answer.status == 422
    assert answer.text("#f-synonyms-error") == "“iron” is a tag already, or means one."
    assert as_(ada).post(f"{TAXONOMY}/tags/{tag_named('steel').id}/merge", into="steel").status == 422
    assert as_(ada).post(f"{TAXONOMY}/tags/{tag_named('steel').id}/merge", into="gold").status == 422


def test_two_merges_that_cross_leave_one_tag(
    app: Flask, committed_db: Database, ada: Person, bikes: PlaceFacts, general: PlaceFacts
) -> None:
    published(bikes, ada, space=general, tags=("one",))
    published(bikes, ada, space=general, tags=("two",))
    one, two = tag_named("one").id, tag_named("two").id
    outcomes = together(app, [lambda: services.merge_tags(one, "two", by=writer(ada, bikes.id)).name,
                              lambda: services.merge_tags(two, "one", by=writer(ada, bikes.id)).name])
    left = db.session.query(Tag).filter_by(community_id=bikes.id).one()
    assert left.post_count == 2
    assert sum(isinstance(outcome, str) for outcome in outcomes) >= 1
    assert all(isinstance(outcome, (str, Conflict, Invalid)) for outcome in outcomes)


def test_categories_make_a_tree_and_hold_posts(
    as_: As, ada: Person, bob: Person, cleo: Person, bikes: PlaceFacts, general: PlaceFacts, workshop: PlaceFacts
) -> None:
    riding = add_category(as_(ada), "Riding")
    trips = add_category(as_(ada), "Trips", riding)
    for space in (general, workshop):
        assert compose(as_(bob), title=f"In {space.slug}", content=f"A trip in {space.slug}", space=str(space.id),
                       category=str(trips.id)).status == 303
    for slug in ("riding", "trips"):
        assert as_(cleo).get(f"/c/bikes/categories/{slug}").texts(".card-post__title") == ["In general"]
        assert len(as_(bob).get(f"/c/bikes/categories/{slug}").texts(".card-post__title")) == 2
    assert as_(cleo).get("/c/bikes/tags").texts(".topic-tree .num") == ["0", "1"]
    assert as_(bob).get("/c/bikes/tags").texts(".topic-tree .num") == ["0", "2"]


def test_the_posts_of_a_deleted_category_move_up(as_: As, ada: Person, bob: Person, general: PlaceFacts) -> None:
    riding = add_category(as_(ada), "Riding")
    trips = add_category(as_(ada), "Trips", riding)
    far = add_category(as_(ada), "Far", trips)
    made = compose(as_(bob), title="Alps", content="Up and down", space=str(general.id), category=str(trips.id))
    as_(ada).get(f"{TAXONOMY}/categories/{trips.id}").form("#delete-form").send()
    assert as_(bob).get("/c/bikes/categories/riding").texts(".card-post__title") == ["Alps"]
    assert db.session.get(Category, far.id).parent_id == riding.id
    assert db.session.get(Category, far.id).depth == 2
    assert db.session.get(Category, riding.id).post_count == 1
    assert as_(bob).get("/c/bikes/categories/trips").location == "/c/bikes/categories/riding"
    assert made.status == 303


def test_a_tree_has_no_rings_and_three_levels(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    one = add_category(as_(ada), "One")
    two = add_category(as_(ada), "Two", one)
    three = add_category(as_(ada), "Three", two)
    other = add_category(as_(ada), "Other")
    for number, parent, message in (
        (one.id, three.id, "A category cannot stand below itself."),
        (one.id, one.id, "A category cannot stand below itself."),
        (other.id, three.id, "Categories stand three levels deep at most."),
        (one.id, other.id, "Categories stand three levels deep at most."),
        (one.id, 987654321, "Choose a category of this community."),
    ):
        answer = as_(ada).post(f"{TAXONOMY}/categories/{number}", name="Same", parent=str(parent), is_active="on")
        assert answer.status == 422
        assert answer.text("#f-parent-error") == message
    assert as_(ada).post(f"{TAXONOMY}/categories/{three.id}", name="Three", parent="", is_active="on").status == 303
    assert db.session.get(Category, three.id).depth == 1


def test_a_category_out_of_use_is_not_offered(as_: As, ada: Person, bob: Person, general: PlaceFacts) -> None:
    riding = add_category(as_(ada), "Riding")
    as_(ada).post(f"{TAXONOMY}/categories/{riding.id}", name="Riding")
    assert not as_(bob).get("/c/bikes/new").has("#f-category")
    refused = as_(bob).post("/c/bikes/new", title="A", content="B", space=str(general.id), category=str(riding.id))
    assert refused.status == 422


def test_categories_are_brought_into_order(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    for name in ("One", "Two", "Three"):
        last = add_category(as_(ada), name)
    as_(ada).post(f"{TAXONOMY}/categories/{last.id}/move/up")
    assert as_(ada).get(TAXONOMY).texts(".topic-tree strong") == ["One", "Three", "Two"]


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("mia", 403), ("bob", 403), ("eve", 403)])
def test_only_admins_change_topics(name: str, status: int, as_: As, cast: object, bikes: PlaceFacts) -> None:
    assert as_(cast.people[name]).get(TAXONOMY).status == status  # type: ignore[attr-defined]
    assert db.session.query(SlugRedirect).count() == 0


def test_there_are_five_hundred_categories_and_five_thousand_tags_at_most(
    as_: As, ada: Person, bob: Person, bikes: PlaceFacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("community.communities.services.taxonomy.MOST_CATEGORIES", 1)
    assert as_(ada).post(f"{TAXONOMY}/categories", name="Repair", is_active="on").status == 303
    refused = as_(ada).post(f"{TAXONOMY}/categories", name="Travel", is_active="on")
    assert (refused.status, refused.text("#f-name-error")) == (422, "A community has at most 1 categories.")
    monkeypatch.setattr("community.communities.services.tagging.MOST_TAGS", 1)
    published(bikes, bob, tags=("steel",))
    with pytest.raises(Invalid, match="no room for"):
        published(bikes, bob, tags=("brass",))


def test_a_category_that_moved_or_was_renamed_is_found_by_its_old_address(
    as_: As, ada: Person, bikes: PlaceFacts, guest: Person
) -> None:
    as_(ada).post(f"{TAXONOMY}/categories", name="Repair", is_active="on")
    number = db.session.query(Category.id).filter_by(slug="repair").scalar()
    as_(ada).post(f"{TAXONOMY}/categories/{number}", name="Workshop", is_active="on")
    moved = as_(guest).get("/c/bikes/categories/repair?sort=top")
    assert (moved.status, moved.location) == (301, "/c/bikes/categories/workshop?sort=top")


def test_an_empty_community_has_empty_topics(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    assert as_(ada).get("/c/bikes/tags").text(".empty h3") == "No tags yet"
    assert as_(ada).get(TAXONOMY).texts(".empty h3") == ["No categories yet", "No tags yet"]
