"""Answers: a page or its partial by GET, partials or a redirect after a write."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, render_template, request

from community.core.fragments import fragment
from community.core.page import page_context

VARY = "HX-Request, HX-Request-Type"


def wants_partial() -> bool:
    """True when htmx asks for a part of the page. A hint for rendering, never for rights."""
    headers = request.headers
    return (headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") != "full"
            and headers.get("HX-History-Restore-Request") != "true")


def wants_json() -> bool:
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def render(template: str, partial: str | None = None, *, status: int = 200, **context: Any) -> Response:  # noqa: ANN401
    """A whole page, or its `partial` when htmx asks for one."""
    if partial is not None and wants_partial():
        response = make_response(fragment(partial, **context), status)
    else:
        response = make_response(render_template(template, page=page_context(), **context), status)
    return _varied(response)


def respond(*fragments: str, otherwise: str, status: int = 200, toast: str | None = None) -> Response:
    """After a write: the fragments to htmx, a 303 to `otherwise` to a plain form."""
    if wants_partial():
        response = make_response("".join(fragments), status)
        if toast:
            response.headers["HX-Trigger"] = _trigger(toast)
        return _varied(response)
    return redirect(otherwise)


def redirect(location: str) -> Response:
    """Go elsewhere: 303 to a browser, `HX-Redirect` to htmx, which must not follow a 303 itself."""
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 200)
        response.headers["HX-Redirect"] = location
    else:
        response = make_response("", 303)
        response.headers["Location"] = location
    return _varied(response)


def no_store(response: Response) -> Response:
    """Keep an answer out of every cache: settings, tokens, administration."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _trigger(toast: str) -> str:
    from community.core.jsonapi import dumps

    return dumps({"toast": {"text": toast}})


def _varied(response: Response) -> Response:
    response.vary.update(VARY.split(", "))
    if "viewer" in g and not response.headers.get("Cache-Control"):
        response.headers["Cache-Control"] = "private, no-cache"
    return response
