"""A person at a browser: requests over HTTP, and what came back, asked by selector."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Mapping
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

from community.extensions import db
from tests.cast import Person

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
"""What browsers say of requests a page makes to its own site."""


class Client(FlaskClient):
    """Flask's client, kept apart from the test's own application context.

    What the test prepared is as good as committed before the request, and what it holds is read anew after it.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            db.session.commit()
        response: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return response


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, app: Flask, person: Person) -> None:
        self.person = person
        self.client = app.test_client()
        if person.token:
            self.client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie_of(app, person))

    def get(self, path: str, **headers: str) -> Page:
        """Open a page. Headers are written `HX_Request="true"`."""
        return self._ask("GET", path, headers=headers)

    def post(self, path: str, **form: Any) -> Page:
        """Send a plain form, as a browser without JavaScript would."""
        return self._ask("POST", path, form=form)

    def delete(self, path: str, **form: Any) -> Page:
        return self._ask("DELETE", path, form=form)

    def htmx_get(self, path: str) -> Page:
        return self._ask("GET", path, headers=HTMX)

    def htmx_post(self, path: str, **form: Any) -> Page:
        return self._ask("POST", path, form=form, headers=HTMX)

    def htmx_delete(self, path: str, **form: Any) -> Page:
        return self._ask("DELETE", path, form=form, headers=HTMX)

    def _ask(self, method: str, path: str, *, form: dict[str, Any] | None = None,
             headers: Mapping[str, str] | None = None) -> Page:  # fmt: skip
        sent = OWN_PAGE | {"Accept": "text/html"} | {key.replace("_", "-"): text for key, text in (headers or {}).items()}
        return Page(self, self.client.open(path, method=method, data=form, headers=sent))


class Page:
    """An answer: a page, or the partials htmx gets."""

    def __init__(self, visitor: Visitor, response: TestResponse) -> None:
        self.visitor = visitor
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.get_data()
        self.html = self.content.decode(errors="replace")
        self.tree = LexborHTMLParser(self.html)

    def __repr__(self) -> str:
        return f"<{self.status} {self.response.request.method} {self.response.request.path}>"

    @property
    def location(self) -> str:
        """Where a redirect leads, for a browser or for htmx."""
        return self.headers.get("Location") or self.headers.get("HX-Redirect") or ""

    @property
    def json(self) -> Any:
        return json.loads(self.html)

    def follow(self) -> Page:
        """Go where the redirect leads."""
        assert self.location, f"{self} is no redirect"
        return self.visitor.get(self.location)

    def select(self, css: str) -> list[LexborNode]:
        return self.tree.css(css)

    def one(self, css: str) -> LexborNode:
        """The only element that matches."""
        found = self.select(css)
        assert len(found) == 1, f"{len(found)} elements match {css!r} on {self}:\n{self.html[:4000]}"
        return found[0]

    def has(self, css: str) -> bool:
        return bool(self.select(css))

    def texts(self, css: str) -> list[str]:
        """What a reader sees in the matching elements, with white space as one blank."""
        return [" ".join(node.text().split()) for node in self.select(css)]

    def text(self, css: str) -> str:
        return " ".join(self.one(css).text().split())

    def form(self, css: str = "main form") -> Form:
        """The only form that matches, with what stands in its fields."""
        return Form(self, self.one(css))


class Form:
    """A form on a page: change fields, send it."""

    def __init__(self, page: Page, node: LexborNode) -> None:
        self.page = page
        self.node = node
        self.action = node.attributes.get("action") or page.response.request.path
        self.method = (node.attributes.get("method") or "get").upper()
        self.fields = _fields(node)

    def send(self, **changes: Any) -> Page:
        """Fill in and send; a field the form does not have cannot be filled in, None empties a box."""
        unknown = set(changes) - _names(self.node)
        assert not unknown, f"the form on {self.page} has no {', '.join(sorted(unknown))}"
        sent = {name: value for name, value in (self.fields | changes).items() if value is not None}
        if self.method == "GET":
            return self.page.visitor._ask("GET", self.action + "?" + "&".join(f"{k}={v}" for k, v in sent.items()))
        return self.page.visitor._ask("POST", self.action, form=sent)


def cookie_of(app: Flask, person: Person) -> str:
    """The session cookie of somebody who is logged in."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_user_id": person.token, "_fresh": True, "_permanent": True}))


def _names(form: LexborNode) -> set[str]:
    return {str(field.attributes["name"]) for field in form.css("[name]")}


def _fields(form: LexborNode) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in form.css("input[name], textarea[name], select[name]"):
        name, attributes = str(field.attributes["name"]), field.attributes
        if "disabled" in attributes:
            continue
        if field.tag == "textarea":
            values[name] = field.text().removeprefix("\n")
        elif field.tag == "select":
            values[name] = _chosen(field)
        elif attributes.get("type") in ("checkbox", "radio"):
            if "checked" in attributes:
                values[name] = attributes.get("value") or "on"
        elif attributes.get("type") not in ("submit", "button", "file"):
            values[name] = attributes.get("value") or ""
    return values


def _chosen(field: LexborNode) -> str | None:
    options = field.css("option[selected]") or field.css("option")[:1]
    if not options:
        return None
    return options[0].attributes["value"] or "" if "value" in options[0].attributes else options[0].text()
