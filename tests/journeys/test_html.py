"""The main pages are HTML as the standard wants it: no parse errors, no id twice, no reference into nothing."""

from __future__ import annotations

from collections.abc import Callable

import html5lib
import pytest
from html5lib.html5parser import ParseError

from tests.cast import Cast, Person, PlaceFacts
from tests.content import commented, page_of, published
from tests.visitor import Page, Visitor

pytestmark = pytest.mark.usefixtures("db_session")
As = Callable[..., Visitor]

FOR_ALL = ["/", "/c/bikes/", "/c/bikes/?sort=top", "/c/bikes/?tag=locks", "/c/bikes/?kind=blog", "/c/bikes/about", "/c/bikes/members",
           "/c/bikes/spaces", "/c/bikes/s/general/", "/u/bob", "/communities", "/c/bikes/p/404"]  # fmt: skip
FOR_GUESTS = ["/signup", "/login", "/c/bikes/join"]
FOR_MEMBERS = ["/c/bikes/new", "/c/bikes/new?kind=question", "/c/bikes/me/drafts", "/notifications", "/notifications?filter=unread",
               "/settings/profile", "/settings/appearance", "/settings/sessions", "/communities/new", "/c/bikes/leave",
               "/c/bikes/s/workshop/"]  # fmt: skip
FOR_OWNERS = [f"/c/bikes/dashboard/{page}" for page in (
    "tasks", "spaces", "taxonomy", "emoji", "emoji/like/picture", "invites", "roles", "settings", "settings/access", "settings/content", "settings/safety",
    "permissions", "permissions?who=bob&action=join")] + [f"/c/bikes/s/workshop/{page}" for page in ("settings", "members", "delete")]  # fmt: skip
FOR_ACCOUNTS = [f"/settings/{page}" for page in (
    "showcase", "account", "privacy", "blocks", "security", "security/two-factor", "security/passkeys", "password", "email",
    "login-history", "connections", "api-keys")] + ["/follow-requests", "/u/cleo/mute", "/u/cleo/communities"]  # fmt: skip
POINTERS = ("for", "aria-labelledby", "aria-describedby", "popovertarget", "commandfor", "form", "list")
MARKDOWN = """
# Heading

A paragraph with **bold**, `code` and a [link](https://example.org).

- one
  1. two

> quoted

| a | b |
| - | - |
| 1 | 2 |

```python
print("<b>")
```
<script>alert(1)</script> <div onclick="x">
"""


def check(page: Page) -> None:
    """Fail with what is wrong with the HTML of a page."""
    try:
        html5lib.HTMLParser(strict=True).parse(page.html)
    except ParseError as error:
        pytest.fail(f"{page}: {error}")
    ids = [str(node.attributes["id"]) for node in page.select("[id]")]
    assert sorted(ids) == sorted(set(ids)), f"{page}: {[one for one in ids if ids.count(one) > 1]} more than once"
    assert all(ids), f"{page}: an empty id"
    for name in POINTERS:
        for node in page.select(f"[{name}]"):
            missing = set(str(node.attributes[name]).split()) - set(ids)
            assert not missing, f"{page}: {name} points to {missing}: {node.html}"
    assert len(page.select("h1")) == 1, f"{page}: {len(page.select('h1'))} first headings"
    assert len(page.select("main")) == 1


@pytest.fixture
def thread(bikes: PlaceFacts, bob: Person, cleo: Person, general: PlaceFacts) -> list[str]:
    """Addresses of posts with everything a thread can have."""
    question = published(bikes, bob, title='A "question" & <more>', text=MARKDOWN, kind="QUESTION", space=general)
    root = commented(question, cleo, MARKDOWN)
    for _ in range(5):
        commented(question, bob, parent=root)
    commented(question, bob, as_note=True)
    post = published(bikes, bob, text=f"{MARKDOWN}\nAnd more.", tags=("Locks",))
    for _ in range(25):
        chain = commented(post, cleo)
    deep = [chain]
    for _ in range(8):
        deep.append(commented(post, bob, parent=deep[-1]))
    published(bikes, bob, kind="BLOG", text="Short.")
    empty = published(bikes, cleo)
    return [page_of(question), page_of(post), f"{page_of(post)}?sort=newest", f"{page_of(post)}?comment={deep[-1].public_id}",
            page_of(empty), f"/c/bikes/p/{post.id}/history", f"/c/bikes/p/{post.id}/reactions"]  # fmt: skip


@pytest.mark.parametrize("name", ["guest", "eve", "cleo", "bob", "mia", "ada"])
def test_pages_are_sound(
    as_: As, cast: Cast, guest: Person, thread: list[str], name: str, drain: Callable[[], object]
) -> None:
    drain()
    visitor = as_({**cast.people, "guest": guest}[name])
    paths = (
        FOR_ALL
        + thread
        + (FOR_GUESTS if name == "guest" else [])
        + (FOR_MEMBERS if name not in ("guest", "eve") else [])
    )
    for path in paths:
        page = visitor.get(path)
        if page.status in (200, 404, 410):
            check(page)
        else:
            assert (name, page.status) in (("guest", 303), ("eve", 403)), page


def test_forms_that_come_back_are_sound(as_: As, bob: Person, cleo: Person, bikes: PlaceFacts) -> None:
    post = published(bikes, bob)
    comment = commented(post, bob)
    at = f"/c/bikes/p/{post.id}"
    visitor = as_(bob)
    answers = [
        visitor.post("/c/bikes/new", title="", content="", tags="a" * 60), visitor.post("/c/bikes/new", title="x", content=post.content),
        visitor.post(f"{at}/edit", title="x", content="y", version=99), visitor.post(f"{at}/comments", body=""),
        visitor.post(f"{at}/comments", body="", parent=str(comment.public_id)), visitor.post("/c/bikes/preview", content=MARKDOWN),
        visitor.post(f"{at}/comments/{comment.public_id}/edit", body="x", version=99), visitor.post(f"{at}/react", emoji="no"),
        visitor.get(f"{at}/comments/{comment.public_id}/edit"), visitor.get(f"{at}/comments/{comment.public_id}/reply"),
        as_(cleo).post(f"{at}/delete"), visitor.post(f"{at}/delete").follow(),
    ]  # fmt: skip
    assert [answer.status for answer in answers] == [422, 409, 409, 422, 422, 200, 409, 422, 200, 200, 403, 200]
    for answer in answers:
        check(answer)


def test_unsound_html_would_be_noticed(as_: As, guest: Person) -> None:
    page = as_(guest).get("/")
    for wrong in ("<p><div></p>", '<i id="main"></i>', '<label for="nothing">x</label>', "<h1>again</h1>"):
        broken = Page(page.visitor, page.response)
        broken.html = page.html.replace("</main>", f"{wrong}</main>")
        broken.tree = type(page.tree)(broken.html)
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            check(broken)


def test_settings_and_dashboards_are_sound(as_: As, ada: Person, bob: Person, bikes: PlaceFacts) -> None:
    owner, member = as_(ada, confirmed=True), as_(bob, confirmed=True)
    for visitor, paths in ((owner, FOR_OWNERS), (member, FOR_ACCOUNTS)):
        for path in paths:
            page = visitor.get(path)
            assert page.status == 200, page
            check(page)
