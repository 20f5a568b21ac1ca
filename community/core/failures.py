"""Errors become answers in one place: a page, a toast for htmx, or JSON, by what was asked for."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, make_response, request
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from community.core import confirming, correlation
from community.core.authz import SECOND_FACTOR_NEEDED
from community.core.contact import contact_address
from community.core.errors import (
    AppError,
    BadRequest,
    Conflict,
    Denied,
    Gone,
    Invalid,
    LoginNeeded,
    Moved,
    NotConfirmed,
    NotFound,
    Suspended,
    TooFast,
    TooLarge,
    Unavailable,
    WrongType,
)
from community.core.fragments import appended, fragment
from community.core.jsonapi import error_envelope
from community.core.responses import no_store, redirect, render, wants_json, wants_partial
from community.core.viewer import Viewer

log = logging.getLogger(__name__)

BY_STATUS: dict[int, type[AppError]] = {
    400: BadRequest, 401: LoginNeeded, 403: Denied, 404: NotFound, 409: Conflict, 410: Gone, 413: TooLarge, 415: WrongType,
    422: Invalid, 503: Unavailable,
}


def init_failures(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, answer)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(Exception, _unexpected)


def answer(error: AppError) -> Response:
    """The answer to an error of a person."""
    if isinstance(error, LoginNeeded) and "viewer" in g and g.viewer.seen_as:
        error = Denied("Visitors are asked to log in here.")
    if isinstance(error, LoginNeeded) and not wants_json():
        return redirect("/login?next=" + quote(_here(), safe="/"))
    if type(error) is Denied and "viewer" in g and g.viewer.lacks_second_factor:
        error = Denied(SECOND_FACTOR_NEEDED)
    if isinstance(error, NotConfirmed):
        return confirming.ask(error, as_json=wants_json())
    if isinstance(error, Moved):
        return _moved(error)
    response = _shaped(error)
    if isinstance(error, TooFast):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _moved(error: Moved) -> Response:
    """To the same place below the new address. It may be taken over one day, so browsers have to ask again."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    response = make_response("", 301 if request.method in ("GET", "HEAD") else 308)
    response.headers["Location"] = quote(error.new + request.path.removeprefix(error.old)) + query
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shaped(error: AppError) -> Response:
    if "viewer" not in g:
        g.viewer = Viewer()
    if wants_json():
        status = 400 if error.status == 422 else error.status
        text = "Validation failed" if isinstance(error, Invalid) and error.details else str(error)
        return make_response(jsonify(error_envelope(text, error.details)), status)
    if wants_partial():
        toast = fragment("ui/_toast.html", text=str(error), tone="danger")
        response = make_response(appended("flash", toast), error.status)
        response.headers["HX-Reswap"] = "none"
        return response
    if isinstance(error, Suspended):
        return no_store(render("errors/suspended.html", error=error, contact=contact_address(), status=error.status,
                               until=_moment(g.viewer.user.status_until)))
    return render("errors/error.html", error=error, status=error.status, request_id=str(correlation.current()))


def _moment(seconds: int | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


def _from_http(error: HTTPException) -> Any:  # noqa: ANN401
    kind = BY_STATUS.get(error.code or 500)
    if kind is not None:
        return answer(kind())
    if (error.code or 500) < 400:
        return error
    plain = AppError(error.description or error.name)
    plain.status, plain.title = error.code or 500, error.name
    response = _shaped(plain)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _database_down(error: OperationalError) -> Response:
    log.error("the database is not answering: %s", error.orig)
    return _bare(Unavailable())


def _unexpected(error: Exception) -> Response:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        log.error("the database connection was lost: %s", error.orig)
        return _bare(Unavailable())
    log.exception("unexpected error")
    return _bare(AppError())


def _bare(error: AppError) -> Response:
    """An answer that needs neither the database nor the viewer."""
    if wants_json():
        return make_response(jsonify(error_envelope("Internal server error" if error.status == 500 else str(error))),
                             error.status)
    body = fragment("errors/bare.html", title=error.title, message=str(error), request_id=str(correlation.current()))
    return make_response(body, error.status)


def _here() -> str:
    """Where to come back to after the log-in: the page itself, or the one a form stood on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    from urllib.parse import urlsplit

    from community.core.urls import safe_next

    back = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "/")
    return safe_next(back.path or "/")
