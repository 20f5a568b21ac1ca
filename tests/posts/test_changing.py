"""Editing, deleting and bringing back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from community.communities.models import Community, Member, Space
from community.core.clock import now
from community.extensions import db
from community.posts.models import Post, PostRevision
from tests.cast import Person, PlaceFacts
from tests.content import below, change_member, commented, page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]
AN_HOUR = dt.timedelta(hours=1)


def edit(visitor: Visitor, post: Post, **fields: str) -> Page:
    return visitor.get(below(post, "edit")).form("#compose").send(**fields)


def test_an_edit_shows_its_text_and_its_slug_and_keeps_the_older_text(
    as_: As, bob: Person, cleo: Person, general: PlaceFacts, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, title="Old title", text="Old text.", space=general, age=AN_HOUR)
    answer = edit(as_(bob), post, title="New title", content="New text.")
    assert answer.status == 303
    assert answer.location.endswith("-new-title")
    page = answer.follow()
    assert (page.text("h1"), page.text(".post--page > .prose")) == ("New title", "New text.")
    assert page.has(f'.post--page .byline__meta a[href="{general.url}"]')
    history = as_(cleo).get(below(post, "history"))
    assert history.texts("section h2") == ["New title", "Old title"]
    assert [node.text() for node in history.select("pre")] == ["New text.", "Old text."]


def test_an_edit_is_marked_with_its_time(as_: As, bob: Person, guest: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob, age=AN_HOUR)
    assert not as_(guest).get(page_of(post)).has(f'a[href="{below(post, "history")}"]')
    edit(as_(bob), post, content="New text.")
    mark = as_(guest).get(page_of(post)).one(f'.byline__meta a[href="{below(post, "history")}"]')
    assert mark.text() == "edited"
    assert mark.attributes["title"].startswith(f"{now():%d %b %Y}")


def test_a_correction_right_after_publishing_leaves_no_trace(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob, text="Tpyo.")
    page = edit(as_(bob), post, content="Typo.").follow()
    assert page.text(".post--page > .prose") == "Typo."
    assert not page.has('.byline__meta a[href$="/history"]')
    assert [node.text() for node in as_(bob).get(below(post, "history")).select("pre")] == ["Typo."]


def test_once_somebody_commented_a_correction_is_a_revision(
    as_: As, bob: Person, cleo: Person, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, text="Tpyo.")
    commented(post, cleo)
    edit(as_(bob), post, content="Typo.")
    assert [node.text() for node in as_(bob).get(below(post, "history")).select("pre")] == ["Typo.", "Tpyo."]


def test_saving_without_a_change_changes_nothing(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, ada, tags=("locks", "Cargo"), age=AN_HOUR)
    before = (post.version, post.rev, post.updated_at, post.last_edited_at)
    assert edit(as_(ada), post).status == 303
    assert (post.version, post.rev, post.updated_at, post.last_edited_at) == before
    assert db.session.query(PostRevision).count() == 1


def test_tags_are_edited_too(as_: As, ada: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, ada, tags=("locks", "Cargo"), age=AN_HOUR)
    page = edit(as_(ada), post, tags="cargo, chains").follow()
    assert page.texts(".tags .tag") == ["Cargo", "chains"]
    revisions = db.session.query(PostRevision).order_by(PostRevision.version)
    assert [revision.tags for revision in revisions] == [["Cargo", "locks"], ["Cargo", "chains"]]


def test_two_tabs_that_edit_lose_no_words(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob, age=AN_HOUR)
    left, right = (as_(bob).get(below(post, "edit")).form("#compose") for _ in range(2))
    assert left.send(content="From the left.").status == 303
    clash = right.send(content="From the right.")
    assert clash.status == 409
    assert clash.one("#theirs-text").text().strip() == "From the left."
    form = clash.form("#compose")
    assert form.fields["content"] == "From the right."
    assert as_(bob).get(page_of(post)).text(".post--page > .prose") == "From the left."
    assert form.send().follow().text(".post--page > .prose") == "From the right."
    history = as_(bob).get(below(post, "history"))
    assert [node.text() for node in history.select("pre")][:2] == ["From the right.", "From the left."]


@pytest.mark.parametrize("change", [{"title": ""}, {"content": ""}, {"content": "a" * 100_001}])
def test_a_bad_edit_keeps_what_was_typed(as_: As, bob: Person, bikes: PlaceFacts, change: dict[str, str]) -> None:
    post = published(bikes, bob, text="As it was.")
    page = edit(as_(bob), post, **{"title": "Typed", "content": "Typed too", **change})
    assert page.status == 422
    fields = page.form("#compose").fields
    assert {name: fields[name] for name in ("title", "content")} == {"title": "Typed", "content": "Typed too", **change}
    assert as_(bob).get(page_of(post)).text(".post--page > .prose") == "As it was."


def test_only_the_author_edits(as_: As, ada: Person, mia: Person, cleo: Person, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    assert as_(bob).get(page_of(post)).has(f'a[href="{below(post, "edit")}"]')
    for person in (ada, mia, cleo):
        assert not as_(person).get(page_of(post)).has(f'a[href="{below(post, "edit")}"]')
        assert as_(person).get(below(post, "edit")).status == 403
        assert as_(person).post(below(post, "edit"), title="Mine", content="Now").status == 403
    assert as_(bob).get(page_of(post)).text("h1") == post.title


def test_a_visitor_is_asked_to_log_in_before_editing(as_: As, guest: Person, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    answer = as_(guest).get(below(post, "edit"))
    assert answer.location == f"/login?next={below(post, 'edit')}"


def test_deleting_takes_the_post_off_every_page_and_undo_brings_it_back(
    as_: As, bob: Person, cleo: Person, general: PlaceFacts, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, space=general)
    path, places = page_of(post), ("/c/bikes/", general.url, "/u/bob", "/")
    counts = _counts(bob, general)
    gone = as_(bob).get(path).form("#delete-post form").send()
    assert gone.status == 303
    undo = gone.follow()
    assert undo.text("h1") == f"“{post.title}” is deleted"
    assert as_(cleo).get(path).status == 404
    for place in places:
        assert post.title not in as_(cleo).get(place).texts(".card-post__title")
    assert _counts(bob, general) == [count - 1 for count in counts]
    back = undo.form("main form").send()
    assert back.location == path
    assert back.follow().status == 200
    assert _counts(bob, general) == counts
    for place in places:
        assert post.title in as_(cleo).get(place).texts(".card-post__title")


def test_asking_twice_to_delete_or_restore_ends_in_the_same_place(
    as_: As, bob: Person, general: PlaceFacts, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, space=general)
    counts = _counts(bob, general)
    path = page_of(post)
    first, second = (as_(bob).post(below(post, "delete")) for _ in range(2))
    assert first.location == second.location == below(post, "deleted")
    assert _counts(bob, general) == [count - 1 for count in counts]
    first, second = (as_(bob).post(below(post, "restore")) for _ in range(2))
    assert first.location == second.location == path
    assert _counts(bob, general) == counts


def test_staff_delete_and_restore_posts_of_members(as_: As, mia: Person, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    assert as_(mia).get(page_of(post)).has("#delete-post")
    assert as_(mia).delete(below(post, "").rstrip("/")).status == 303
    assert as_(bob).post(below(post, "restore")).status == 404
    assert as_(mia).post(below(post, "restore")).status == 303


def test_others_cannot_delete(
    as_: As, cleo: Person, bob: Person, eve: Person, guest: Person, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob)
    assert not as_(cleo).get(page_of(post)).has("#delete-post")
    assert as_(cleo).post(below(post, "delete")).status == 403
    assert as_(eve).post(below(post, "delete")).status == 403
    assert as_(guest).post(below(post, "delete")).location.startswith("/login")
    assert as_(guest).get(page_of(post)).status == 200


def test_what_is_deleted_is_told_to_nobody_else(
    as_: As, cleo: Person, mia: Person, bob: Person, workshop: PlaceFacts, bikes: PlaceFacts
) -> None:
    post = published(bikes, bob, space=workshop, title="Of the crew")
    space = db.session.get_one(Space, workshop.id)
    as_(bob).post(below(post, "delete"))
    assert as_(mia).get(below(post, "deleted")).status == 200
    assert as_(cleo).get(below(post, "deleted")).status == 404
    space.visibility = "HIDDEN"
    db.session.execute(
        db.delete(_space_member()).where(
            _space_member().member_id == mia.member_id, _space_member().space_id == space.id
        )
    )
    change_member(mia)
    assert as_(mia).get(below(post, "deleted")).status == 404
    assert as_(mia).post(below(post, "restore")).status == 404


def test_after_thirty_days_it_is_too_late(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    as_(bob).post(below(post, "delete"))
    with time_machine.travel(now() + dt.timedelta(days=29), tick=True):
        assert as_(bob).get(below(post, "deleted")).status == 200
    post.deleted_at = now() - dt.timedelta(days=30, minutes=1)
    assert as_(bob).get(below(post, "deleted")).status == 404
    assert as_(bob).post(below(post, "restore")).status == 404


def test_a_removed_post_is_gone_for_its_readers_and_nowhere_for_others(
    as_: As, bob: Person, cleo: Person, mia: Person, guest: Person, bikes: PlaceFacts, workshop: PlaceFacts
) -> None:
    public, private = published(bikes, bob), published(bikes, bob, space=workshop)
    public.status = private.status = "REMOVED"
    assert {as_(person).get(page_of(public)).status for person in (bob, cleo, guest)} == {410}
    assert as_(mia).get(page_of(public)).status == 200
    assert as_(bob).get(page_of(private)).status == 410
    assert as_(cleo).get(page_of(private)).status == 404
    for path in ("edit", "history", "comments"):
        assert as_(bob).get(below(public, path)).status == 410
    assert as_(bob).post(below(public, "comments"), body="But why").status == 410
    for place in ("/c/bikes/", "/u/bob", "/", workshop.url):
        assert not as_(bob).get(place).has(".card-post")


def _counts(person: Person, space: PlaceFacts) -> list[int]:
    member = db.session.get_one(Member, person.member_id)
    db.session.refresh(member)
    rows = [member, db.session.get_one(Space, space.id), db.session.get_one(Community, member.community_id)]
    return [db.session.scalar(db.select(type(row).post_count).where(type(row).id == row.id)) for row in rows]


def _space_member() -> type:
    from community.communities.models import SpaceMember

    return SpaceMember
