"""Drafts: what is typed is kept until it is published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities.models import Tag
from community.core.errors import NotFound
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import queries
from community.posts.models import Post, PostRevision
from tests.cast import Person, PlaceFacts
from tests.content import published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[[Person], Visitor]

NEW = "/c/bikes/new"
DRAFTS = "/c/bikes/drafts"


def autosave(visitor: Visitor, page: Page, **typed: str) -> dict[str, str]:
    """Save the composer of a page as the script does; answers the fields it has afterwards."""
    fields = page.form("#compose").fields | typed
    answer = visitor.htmx_post(DRAFTS, **fields)
    assert answer.status == 200, answer.html
    saved = {str(node.attributes["name"]): str(node.attributes["value"]) for node in answer.select("input")}
    assert set(saved) == {"draft", "version"}
    return fields | saved


def restored(visitor: Visitor, fields: dict[str, str]) -> Page:
    return visitor.get(f"{NEW}?draft={fields['draft']}")


def test_what_is_typed_is_found_again_in_another_browser(as_: As, bob: Person, general: PlaceFacts) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Half a tit", content="Some", tags="locks, un", kind="QUESTION")
    fields = autosave(visitor, restored(visitor, fields), content="Some words")
    assert visitor.get("/c/bikes/me/drafts").texts(".rows strong") == ["Half a tit"]
    again = restored(as_(bob), fields).form("#compose").fields
    kept = {
        "title": "Half a tit",
        "content": "Some words",
        "tags": "locks, un",
        "kind": "QUESTION",
        "space": str(general.id),
    }
    assert {name: again[name] for name in kept} == kept
    assert db.session.query(Post).filter_by(status="DRAFT").count() == 1


def test_a_draft_makes_neither_tags_nor_revisions_nor_counts(as_: As, ada: Person) -> None:
    visitor = as_(ada)
    autosave(visitor, visitor.get(NEW), title="T", content="C", tags="unheard of")
    assert db.session.query(Tag).filter_by(name="unheard of").count() == 0
    assert db.session.query(PostRevision).count() == 0


def test_an_empty_composer_can_be_saved(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="", content="")
    assert visitor.get("/c/bikes/me/drafts").texts(".rows strong") == ["Without a title"]
    assert restored(visitor, fields).form("#compose").fields["title"] == ""


def test_a_save_whose_answer_got_lost_does_not_start_a_second_draft(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    page = visitor.get(NEW)
    autosave(visitor, page, content="One")
    fields = autosave(visitor, page, content="One two")
    assert restored(visitor, fields).form("#compose").fields["content"] == "One two"
    assert db.session.query(Post).filter_by(status="DRAFT").count() == 1


def test_publishing_a_draft_makes_it_the_post(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Title", content="Text")
    answer = visitor.post(NEW, **{**fields, "content": "Text, finished"})
    assert answer.status == 303
    assert answer.follow().text(".post--page > .prose") == "Text, finished"
    assert visitor.get("/c/bikes/me/drafts").has(".empty")
    assert db.session.query(Post).count() == 1


def test_publishing_while_the_first_save_is_on_its_way_publishes_the_draft(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    page = visitor.get(NEW)
    autosave(visitor, page, title="Title", content="Te")
    answer = page.form("#compose").send(title="Title", content="Text")
    assert answer.follow().text(".post--page > .prose") == "Text"
    assert db.session.query(Post).count() == 1


def test_a_draft_published_twice_is_one_post(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Title", content="Text")
    first, second = visitor.post(NEW, **fields), visitor.post(NEW, **fields)
    assert (first.status, second.status) == (303, 303)
    assert first.location == second.location


def test_a_second_tab_is_warned_and_shown_both_texts(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Title", content="Begun")
    left = right = restored(visitor, fields)
    autosave(visitor, left, content="From the left tab")
    clash = visitor.htmx_post(DRAFTS, **right.form("#compose").fields | {"content": "From the right tab"})
    assert clash.status == 409
    assert clash.one("textarea").text().strip() == "From the left tab"
    assert restored(visitor, fields).form("#compose").fields["content"] == "From the left tab"

    page = right.form("#compose").send(content="From the right tab")
    assert page.status == 409
    assert page.one("#theirs-text").text().strip() == "From the left tab"
    form = page.form("#compose")
    assert form.fields["content"] == "From the right tab"
    assert form.send().follow().text(".post--page > .prose") == "From the right tab"


def test_a_tab_left_behind_by_publishing_can_save_its_words_into_the_post(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Title", content="Begun")
    left = right = restored(visitor, fields)
    left.form("#compose").send()
    assert visitor.htmx_post(DRAFTS, **right.form("#compose").fields | {"content": "More"}).status == 409
    page = right.form("#compose").send(content="Begun, and more")
    assert page.status == 409
    assert page.form("#compose").send().follow().text(".post--page > .prose") == "Begun, and more"


def test_what_was_discarded_in_another_tab_is_kept_as_a_new_draft(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="Title", content="Begun")
    page = restored(visitor, fields)
    visitor.get("/c/bikes/me/drafts").form(".row form").send()
    assert restored(visitor, fields).status == 404
    again = autosave(visitor, page, content="Begun, and more")
    assert again["draft"] != fields["draft"]
    assert restored(visitor, again).form("#compose").fields["content"] == "Begun, and more"


def test_without_scripts_saving_leads_back_to_the_composer(as_: As, bob: Person) -> None:
    visitor = as_(bob)
    page = visitor.get(NEW)
    assert page.one("button[formaction]:not([formtarget])").attributes["formaction"] == DRAFTS
    saved = visitor.post(DRAFTS, **page.form("#compose").fields | {"title": "T", "content": "C"})
    assert saved.status == 303
    again = saved.follow()
    assert again.form("#compose").fields["content"] == "C"
    autosave(visitor, again, content="From a script")
    clash = visitor.post(DRAFTS, **again.form("#compose").fields | {"content": "Mine"})
    assert clash.status == 409
    assert clash.form("#compose").fields["content"] == "Mine"
    assert clash.one("#theirs-text").text().strip() == "From a script"


def test_a_draft_is_nobody_elses_business(
    as_: As, ada: Person, mia: Person, bob: Person, cleo: Person, guest: Person, viewer_of: Callable[[Person], Viewer]
) -> None:
    fields = autosave(as_(bob), as_(bob).get(NEW), title="Secret title", content="Secret text")
    post = db.session.query(Post).one()
    path = f"/c/bikes/p/{post.id}-{post.slug}"
    assert as_(bob).get(path).has(".post--page")
    for person in (mia, cleo, guest):
        assert as_(person).get(path).status == 404
        for place in ("/c/bikes/", "/u/bob", "/"):
            assert "Secret" not in as_(person).get(place).html
    assert restored(as_(ada), fields).status == 404
    with pytest.raises(NotFound):
        queries.get_post(viewer_of(mia), post.id)


def test_nobody_writes_into_the_draft_of_somebody_else(as_: As, bob: Person, cleo: Person) -> None:
    fields = autosave(as_(bob), as_(bob).get(NEW), title="Bob's", content="Bob's text")
    mine = as_(cleo).get(NEW).form("#compose").fields
    saved = as_(cleo).htmx_post(DRAFTS, **{**mine, "content": "Cleo's text", "draft": fields["draft"]})
    assert saved.one("[name=draft]").attributes["value"] != fields["draft"]
    assert restored(as_(bob), fields).form("#compose").fields["content"] == "Bob's text"


def test_a_draft_is_neither_commented_nor_reacted_to(as_: As, bob: Person) -> None:
    autosave(as_(bob), as_(bob).get(NEW), title="T", content="C")
    post = db.session.query(Post).one()
    assert as_(bob).post(f"/c/bikes/p/{post.id}/comments", body="First").status == 409
    assert as_(bob).post(f"/c/bikes/p/{post.id}/react", emoji="like").status == 403
    assert not as_(bob).get(f"/c/bikes/p/{post.id}-t").has("#composer")


def test_editing_a_draft_is_going_on_to_write_it(as_: As, bob: Person) -> None:
    autosave(as_(bob), as_(bob).get(NEW), title="T", content="C")
    post = db.session.query(Post).one()
    answer = as_(bob).get(f"/c/bikes/p/{post.id}/edit")
    assert answer.location == f"{NEW}?draft={post.id}"
    assert as_(bob).post(f"/c/bikes/p/{post.id}/edit", title="T", content="D").status == 409


def test_a_draft_for_a_space_that_closed_is_kept_and_needs_another_space(
    as_: As, bob: Person, workshop: PlaceFacts
) -> None:
    from community.communities import services as communities
    from tests.content import writer

    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="T", content="C", space=str(workshop.id))
    viewer = writer(bob, db.session.query(Post).one().community_id)
    communities.leave_space(viewer.space(workshop.id), by=viewer)
    _forget(bob)
    assert visitor.get("/c/bikes/me/drafts").texts(".rows strong") == ["T"]
    page = restored(visitor, fields)
    assert page.text("#f-space-error") == "You cannot post in the space that was chosen. Choose another one."
    assert page.form("#compose").fields["content"] == "C"
    assert page.form("#compose").send().status == 303


def _forget(person: Person) -> None:
    from community.core import cache

    db.session.commit()
    cache.raise_generation(f"u:{person.user_id}")


def test_more_than_sixty_saves_a_minute_are_too_many(as_: As, bob: Person, bikes: PlaceFacts) -> None:
    published(bikes, bob)
    visitor = as_(bob)
    fields = autosave(visitor, visitor.get(NEW), title="T", content="C")
    fields.pop("version")
    answers = [visitor.htmx_post(DRAFTS, **fields).status for _ in range(60)]
    assert answers == [200] * 59 + [429]
