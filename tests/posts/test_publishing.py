"""Writing a post and publishing it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from community.extensions import db
from community.posts.models import Post, PostRevision
from tests.cast import Person, PlaceFacts
from tests.content import below, change_member, compose, page_of, published
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]

WORDS = {"title": "Which lock for a cargo bike?", "content": "I have **two** bikes.\n\nAnd _no_ lock."}


def test_a_member_publishes_by_the_form_and_lands_on_the_post(as_: As, bob: Person, general: PlaceFacts) -> None:
    answer = compose(as_(bob), **WORDS, space=str(general.id), tags="Locks, #cargo bikes, locks")
    assert answer.status == 303
    page = answer.follow()
    assert page.status == 200
    assert re.fullmatch(r"/c/bikes/p/\d+-which-lock-for-a-cargo-bike", answer.location)
    assert page.text("h1") == WORDS["title"]
    assert page.text(".post--page .byline__name") == bob.name
    assert [node.text() for node in page.select(".post--page > .prose strong, .post--page > .prose em")] == [
        "two",
        "no",
    ]
    assert page.has(f'.post--page .byline__meta a[href="{general.url}"]')


def test_the_post_is_first_in_the_feed_of_everybody_who_reads_it(
    as_: As, bob: Person, guest: Person, general: PlaceFacts
) -> None:
    compose(as_(bob), **WORDS, space=str(general.id))
    for path in ("/c/bikes/", general.url):
        page = as_(guest).get(path)
        assert page.texts(".card-post__title")[0] == WORDS["title"]
        assert page.texts(".excerpt")[0] == "I have two bikes. And no lock."


def test_tags_are_made_by_trusted_members_and_left_out_for_new_ones(as_: As, bob: Person, cleo: Person) -> None:
    change_member(bob, trust_level="ACTIVE")
    page = compose(as_(bob), **WORDS, tags="Locks, #cargo bikes, LOCKS").follow()
    assert page.texts(".tags .tag") == ["Locks", "cargo bikes"]
    change_member(cleo, trust_level="NEW")
    by_newcomer = compose(as_(cleo), title="Another", content="Text.", tags="locks, unheard of").follow()
    assert by_newcomer.texts(".tags .tag") == ["Locks"]


def test_two_tags_that_look_alike_in_addresses_both_exist(as_: As, bob: Person) -> None:
    change_member(bob, trust_level="ACTIVE")
    page = compose(as_(bob), **WORDS, tags="C, C++").follow()
    assert page.texts(".tags .tag") == ["C", "C++"]
    addresses = {node.attributes["href"] for node in page.select(".tags a")}
    assert len(addresses) == 2
    for address in addresses:
        assert as_(bob).get(str(address)).texts(".card-post__title") == [WORDS["title"]]


@pytest.mark.parametrize("number", ["{id}", "{id}-", "{id}-another-title"])
def test_a_wrong_slug_leads_to_the_right_address_for_good(
    as_: As, guest: Person, bob: Person, bikes: PlaceFacts, number: str
) -> None:
    post = published(bikes, bob)
    moved = as_(guest).get(f"/c/bikes/p/{number.format(id=post.id)}?sort=top")
    assert (moved.status, moved.location) == (301, f"{page_of(post)}?sort=top")
    assert moved.headers["Cache-Control"] == "private, no-cache"
    assert moved.follow().status == 200


@pytest.mark.parametrize("number", ["0", "x", "-1", "99999999999999999999", "1e3", "٣"])
def test_what_is_no_number_is_not_found(as_: As, guest: Person, bikes: PlaceFacts, number: str) -> None:
    assert as_(guest).get(f"/c/bikes/p/{number}").status == 404


def test_a_post_of_another_community_is_not_found_here(as_: As, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    as_(ada).get("/communities/new").form("main form").send(name="Boats", slug="boats")
    post = published(bikes, bob)
    assert as_(ada).get(page_of(post)).status == 200
    assert as_(ada).get(page_of(post).replace("/bikes/", "/boats/")).status == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"title": ""}, "title", "Please fill this in."),
        ({"title": "   "}, "title", "Please fill this in."),
        ({"title": "a" * 201}, "title", "Please use at most 200 characters."),
        ({"content": ""}, "content", "Please fill this in."),
        ({"content": "   "}, "content", "Please fill this in."),
        ({"content": "a" * 100_001}, "content", "Please use at most 100000 characters."),
        ({"tags": ",".join("abcdefghijk")}, "tags", "Ten tags are the most a post can have."),
        ({"tags": "a" * 51}, "tags", "A tag has at most 50 characters."),
        ({"tags": "ok, 🚲"}, "tags", "A tag needs a letter or a digit."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_everything_typed_stays(
    as_: As, bob: Person, change: dict[str, str], field: str, message: str
) -> None:
    sent = {**WORDS, "tags": "Locks", **change}
    before = db.session.query(Post).count()
    page = compose(as_(bob), **sent)
    assert page.status == 422
    assert page.text(f"#f-{field}-error") == message
    assert page.one(f"#f-{field}").attributes["aria-invalid"] == "true"
    kept = page.form("#compose").fields
    assert {name: kept[name] for name in sent} == sent
    assert db.session.query(Post).count() == before


def test_a_space_that_does_not_exist_is_refused_at_its_field(as_: As, bob: Person) -> None:
    page = compose(as_(bob), **WORDS, space="999999999")
    assert page.status == 422
    assert page.has("#f-space-error")
    assert page.form("#compose").fields["content"] == WORDS["content"]


@pytest.mark.parametrize("field", ["author_id", "community_id", "status", "is_pinned", "published_at"])
def test_fields_the_form_does_not_have_are_refused(as_: As, bob: Person, field: str) -> None:
    assert as_(bob).post("/c/bikes/new", **WORDS).status == 303
    refused = as_(bob).post("/c/bikes/new", **{**WORDS, "title": "Second", "content": "Other.", field: "1"})
    assert refused.status == 422
    assert refused.text(".form-error") == "Something was sent that does not belong here."


def test_the_same_text_twice_in_a_day_is_refused_with_the_way_to_the_first(as_: As, bob: Person, cleo: Person) -> None:
    first = compose(as_(bob), **WORDS)
    again = compose(as_(bob), title="Another title", content=WORDS["content"])
    assert again.status == 409
    assert again.one(".callout a").attributes["href"] == first.location
    assert again.form("#compose").fields["title"] == "Another title"
    assert compose(as_(cleo), **WORDS).status == 303


def test_a_form_sent_twice_makes_one_post(as_: As, bob: Person) -> None:
    form = as_(bob).get("/c/bikes/new").form("#compose")
    first, second = form.send(**WORDS), form.send(**WORDS)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location
    assert db.session.query(Post).filter_by(title=WORDS["title"]).count() == 1
    assert db.session.query(PostRevision).count() == 1


def test_a_form_sent_again_with_other_words_loses_neither(as_: As, bob: Person) -> None:
    form = as_(bob).get("/c/bikes/new").form("#compose")
    form.send(**WORDS)
    second = form.send(title="Something else", content="Entirely other words.")
    assert second.status == 409
    assert second.one("#theirs-text").text().strip() == WORDS["content"]
    assert second.form("#compose").fields["content"] == "Entirely other words."
    saved = second.form("#compose").send().follow()
    assert saved.text("h1") == "Something else"


def test_a_deleted_post_can_be_written_again_from_the_same_form(as_: As, bob: Person) -> None:
    form = as_(bob).get("/c/bikes/new").form("#compose")
    first = form.send(**WORDS)
    number = re.findall(r"/p/(\d+)", first.location)[0]
    as_(bob).post(f"/c/bikes/p/{number}/delete")
    second = form.send(**WORDS)
    assert second.status == 303
    assert second.location != first.location


def test_the_preview_is_what_the_page_will_show(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    text = "# Title\n\nA list:\n\n- one\n- two\n\n```python\nprint('<b>')\n```\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    preview = as_(bob).htmx_post("/c/bikes/preview", content=text)
    post = published(bikes, bob, text=text)
    prose = as_(bob).get(page_of(post)).one(".post--page > .prose")
    assert prose.inner_html.strip() == preview.html.strip()
    plain = as_(bob).post("/c/bikes/preview", content=text, title="along", kind="BLOG")
    assert plain.one("article .prose").inner_html.strip() == preview.html.strip()
    assert not plain.has("article script, article a[href^=javascript]")


def test_the_preview_of_a_comment_takes_its_field(as_: As, bob: Person) -> None:
    assert as_(bob).htmx_post("/c/bikes/preview", body="**x**").html.strip() == "<p><strong>x</strong></p>"
    assert as_(bob).htmx_post("/c/bikes/preview", content="a" * 100_001).status == 422


def test_announcements_are_written_by_staff_alone(as_: As, mia: Person, bob: Person, announcements: PlaceFacts) -> None:
    space = str(announcements.id)
    assert str(announcements.id) not in _spaces(as_(bob))
    assert as_(bob).post("/c/bikes/new", **WORDS, space=space).status == 403
    assert str(announcements.id) in _spaces(as_(mia))
    assert as_(mia).post("/c/bikes/new", **WORDS, space=space).status == 303


def test_a_post_of_staff_goes_to_the_members_unless_they_say_otherwise(
    as_: As, ada: Person, general: PlaceFacts
) -> None:
    assert as_(ada).get("/c/bikes/new").form("#compose").fields["space"] == str(general.id)


def test_nobody_posts_in_a_space_they_do_not_read(as_: As, bob: Person, cleo: Person, workshop: PlaceFacts) -> None:
    space = str(workshop.id)
    assert space not in _spaces(as_(cleo))
    assert as_(cleo).post("/c/bikes/new", **WORDS, space=space).status == 404
    assert as_(bob).post("/c/bikes/new", **WORDS, space=space).status == 303
    assert not as_(cleo).get(workshop.url).has("[data-shortcut=n]")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "SUSPENDED"}, "Your membership is suspended."),
        ({"status": "PENDING"}, "Join the community first."),
        ({"status": "ARCHIVED"}, "Join the community first."),
        ({"status": "BANNED"}, "Your membership is suspended."),
    ],
)
def test_who_is_no_active_member_cannot_write(
    as_: As, bob: Person, bikes: PlaceFacts, change: dict[str, str], reason: str
) -> None:
    post = published(bikes, bob)
    assert as_(bob).get("/c/bikes/new").status == 200
    change_member(bob, **change)
    for answer in _attempts(as_(bob), post):
        assert (answer.status, answer.text(".auth__lead")) == (403, reason), answer


def _attempts(visitor: Visitor, post: Post) -> list:
    return [
        visitor.get("/c/bikes/new"), visitor.post("/c/bikes/new", **WORDS), visitor.post("/c/bikes/drafts", **WORDS),
        visitor.post(below(post, "edit"), **WORDS), visitor.post(below(post, "delete")),
        visitor.post(below(post, "comments"), body="Hello"), visitor.post(below(post, "react"), emoji="like"),
    ]  # fmt: skip


def _spaces(visitor: Visitor) -> list[str]:
    return [str(node.attributes["value"]) for node in visitor.get("/c/bikes/new").select("#f-space option")]
