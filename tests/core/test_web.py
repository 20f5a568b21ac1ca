"""The way of a request: hosts, ids, access levels, and what errors look like to whom."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import update

from community.accounts.models import User
from community.core import cache, correlation
from community.extensions import db
from tests.cast import Person
from tests.laboratory import Laboratory
from tests.visitor import HTMX, OWN_PAGE, Client, Visitor

JSON = {"Accept": "application/json"}
STATUSES = {"bad-request": 400, "denied": 403, "missing": 404, "conflict": 409, "gone": 410, "invalid": 422,
            "too-fast": 429, "unavailable": 503}  # fmt: skip


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_answers_to_its_names(client: Client, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost:81", "localhost.evil.example", "", "127.0.0.1@evil.example"])
def test_another_host_is_refused(client: Client, host: str) -> None:
    response = client.get("/login", headers={"Host": host})
    assert response.status_code == 400
    assert "evil.example" not in response.text


def test_health_is_told_to_any_host(client: Client) -> None:
    assert client.get("/healthz", headers={"Host": "10.0.0.7:8000"}).text == "ok"
    assert client.get("/readyz", headers={"Host": "10.0.0.7:8000"}).status_code == 400


def test_forwarded_headers_of_anybody_are_ignored(client: Client) -> None:
    headers = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.1"}
    response = client.get("/login", headers=headers)
    assert response.status_code == 200
    assert "evil.example" not in response.text
    assert "Secure" not in response.headers.get("Set-Cookie", "")


def test_a_request_has_an_id(laboratory: Laboratory) -> None:
    first, second = (laboratory.client.get("/lab/open").headers["X-Request-ID"] for _ in range(2))
    assert uuid.UUID(first) != uuid.UUID(second)


def test_an_id_that_comes_along_is_kept_and_nonsense_is_not(laboratory: Laboratory) -> None:
    given = str(uuid.uuid4())
    assert laboratory.client.get("/lab/open", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    answered = laboratory.client.get("/lab/open", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]
    assert str(uuid.UUID(answered)) == answered


def test_an_id_ends_with_its_request(laboratory: Laboratory) -> None:
    before = correlation.current()
    laboratory.client.get("/lab/open")
    assert correlation.current() == before


def titles(html: str) -> list[str]:
    return [node.text().strip() for node in LexborHTMLParser(html).css("h1")]


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_is_a_page_to_a_browser(laboratory: Laboratory, kind: str, status: int) -> None:
    response = laboratory.client.get(f"/lab/fail/{kind}")
    assert response.status_code == status
    assert len(titles(response.text)) == 1
    assert response.headers["X-Request-ID"] in response.text


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_is_a_toast_to_htmx_that_replaces_nothing(laboratory: Laboratory, kind: str, status: int) -> None:
    response = laboratory.client.post(f"/lab/fail/{kind}", headers=HTMX | OWN_PAGE)
    assert response.status_code == status
    assert response.headers["HX-Reswap"] == "none"
    (partial,) = LexborHTMLParser(response.text).css("hx-partial")
    assert partial.attributes["hx-target"] == "#flash"
    assert [node.attributes["data-tone"] for node in partial.css("ui-toast")] == ["danger"]
    assert LexborHTMLParser(response.text).css("h1, main, nav") == []


@pytest.mark.parametrize(("kind", "status"), STATUSES.items())
def test_an_error_is_an_envelope_to_a_program(laboratory: Laboratory, kind: str, status: int) -> None:
    response = laboratory.client.get(f"/lab/fail/{kind}", headers=JSON)
    assert response.status_code == (400 if status == 422 else status)
    assert response.mimetype == "application/json"
    assert response.json["success"] is False
    assert response.json["error"]


def test_the_three_shapes_say_the_same(laboratory: Laboratory) -> None:
    message = "Say more."
    assert message in laboratory.client.get("/lab/fail/invalid").text
    assert message in laboratory.client.get("/lab/fail/invalid", headers=HTMX).text
    assert laboratory.client.get("/lab/fail/invalid", headers=JSON).json == {
        "success": False, "error": "Validation failed", "details": [{"path": ["title"], "code": "invalid", "message": message}]}


@pytest.mark.parametrize("headers", [{}, HTMX, JSON])
def test_a_bug_shows_nothing_of_the_code(laboratory: Laboratory, headers: dict[str, str]) -> None:
    response = laboratory.client.get("/lab/fail/bug", headers=headers)
    assert response.status_code == 500
    for inside in ("secret of the code", "ZeroDivision", "Traceback", ".py"):
        assert inside not in response.text


def test_the_page_of_a_bug_names_the_request(laboratory: Laboratory) -> None:
    response = laboratory.client.get("/lab/fail/bug")
    assert response.headers["X-Request-ID"] in response.text
    assert len(titles(response.text)) == 1


@pytest.mark.parametrize("headers", [{}, HTMX, JSON])
def test_who_is_too_fast_learns_how_long_to_wait(laboratory: Laboratory, headers: dict[str, str]) -> None:
    assert laboratory.client.get("/lab/fail/too-fast", headers=headers).headers["Retry-After"] == "7"


def test_a_guest_is_sent_to_log_in_and_comes_back(laboratory: Laboratory) -> None:
    response = laboratory.client.get("/lab/for-users?page=2")
    assert (response.status_code, response.headers["Location"]) == (303, "/login?next=/lab/for-users%3Fpage%3D2")


def test_htmx_is_sent_to_log_in_by_header(laboratory: Laboratory) -> None:
    here = {"HX-Current-URL": "http://localhost/c/bikes/?sort=top"}
    response = laboratory.client.post("/lab/fail/log-in", headers=HTMX | OWN_PAGE | here)
    assert response.status_code == 200
    assert response.headers["HX-Redirect"] == "/login?next=/c/bikes/"


@pytest.mark.parametrize("origin", ["http://evil.example//evil.example/x", "javascript:alert(1)", "http://localhost//evil"])
def test_the_way_back_stays_on_this_site(laboratory: Laboratory, origin: str) -> None:
    response = laboratory.client.post("/lab/fail/log-in", headers=HTMX | OWN_PAGE | {"HX-Current-URL": origin})
    following = response.headers["HX-Redirect"].removeprefix("/login?next=")
    assert following.startswith("/")
    assert not following.startswith(("//", "/\\", "/%2F", "/%5C"))


def test_a_program_without_a_session_gets_401(laboratory: Laboratory) -> None:
    response = laboratory.client.get("/lab/for-users", headers=JSON)
    assert response.status_code == 401
    assert response.json["success"] is False


def test_levels_let_in_whom_they_name(
    laboratory: Laboratory, bob: Person, guest: Person
) -> None:
    def status(person: Person, path: str) -> int:
        return Visitor(laboratory.app, person).get(path).status

    assert [status(guest, path) for path in ("/lab/open", "/lab/page", "/lab/for-users")] == [200, 200, 303]
    assert [status(bob, path) for path in ("/lab/page", "/lab/for-users", "/lab/for-site-admins")] == [200, 200, 403]
    with laboratory.app.app_context():
        db.session.execute(update(User).where(User.id == bob.user_id).values(site_role="SITE_ADMIN"))
        db.session.commit()
        try:
            cache.raise_generation(f"u:{bob.user_id}")
            assert status(bob, "/lab/for-site-admins") == 200
        finally:
            db.session.execute(update(User).where(User.id == bob.user_id).values(site_role="USER"))
            db.session.commit()


def test_an_open_route_loads_nobody(laboratory: Laboratory, bob: Person, statements: Callable) -> None:
    visitor = Visitor(laboratory.app, bob)
    with laboratory.app.app_context(), statements() as sent:
        assert visitor.get("/lab/open").status == 200
    assert sent == []


def test_an_unknown_address_knows_its_visitor(as_: Callable[[Person], Visitor], bob: Person, guest: Person) -> None:
    assert as_(guest).get("/no/such/page").has('main a[href^="/login"]')
    page = as_(bob).get("/no/such/page")
    assert page.status == 404
    assert not page.has('a[href^="/login"]')


def test_a_wrong_method_names_the_right_ones(laboratory: Laboratory) -> None:
    response = laboratory.client.post("/lab/page", headers=OWN_PAGE)
    assert response.status_code == 405
    assert {method.strip() for method in response.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}
    assert len(titles(response.text)) == 1


def test_a_body_over_the_limit_is_refused(laboratory: Laboratory) -> None:
    response = laboratory.client.post("/lab/write", data={"value": "x" * (1024 * 1024 + 1)}, headers=OWN_PAGE)
    assert response.status_code == 413
    assert laboratory.written is None


def test_a_write_answers_partials_to_htmx_and_a_redirect_to_a_form(laboratory: Laboratory) -> None:
    htmx = laboratory.client.post("/lab/respond", headers=HTMX | OWN_PAGE)
    assert htmx.text == "<p>one</p><p>two</p>"
    assert htmx.headers["HX-Trigger"] == '{"toast":{"text":"Gespeichert: \\u00e4"}}'
    form = laboratory.client.post("/lab/respond", headers=OWN_PAGE)
    assert (form.status_code, form.headers["Location"], form.text) == (303, "/elsewhere", "")


def test_htmx_is_redirected_by_header_because_it_would_follow_a_303_itself(laboratory: Laboratory) -> None:
    htmx = laboratory.client.post("/lab/redirect", headers=HTMX | OWN_PAGE)
    assert (htmx.status_code, htmx.headers["HX-Redirect"], htmx.headers.get("Location")) == (200, "/elsewhere", None)


def test_going_back_gets_the_page_and_not_a_fragment(as_: Callable[[Person], Visitor], guest: Person) -> None:
    visitor = as_(guest)
    assert visitor.get("/communities", HX_Request="true", HX_History_Restore_Request="true").has("html > body main")
    assert visitor.get("/communities", HX_Request="true", HX_Request_Type="full").has("html > body main")
