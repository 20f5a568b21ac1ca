"""The way of a request: blueprints with an access level, the viewer, the transaction, the headers."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

import structlog
from flask import Blueprint, Flask, Response, abort, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.templating import Environment
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response as BaseResponse

from community.config import Config
from community.core import confirming, correlation, topics
from community.core.errors import Denied, NotFound, Suspended
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer, elsewhere, load
from community.extensions import db

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
Level = Callable[[Viewer], None]

_levels: dict[str, Level | None] = {"open": None, "anyone": lambda viewer: None}


class SiteEnvironment(Environment):
    """Jinja whose templates share one dictionary of globals, so that imports of macros compare it in C."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


class SiteSessions(SecureCookieSessionInterface):
    """Cookies as usual; an answer that is for all says nothing of cookies, so that every cache on the way may keep it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not g.get("is_for_all", False) or session.modified:
            super().save_session(app, session, response)


class Application(Flask):
    """Flask whose dispatch is one unit of work: unsafe methods that succeed commit, everything else rolls back."""

    jinja_environment = SiteEnvironment
    session_interface = SiteSessions()

    def preprocess_request(self) -> Any:  # noqa: ANN401 - as Flask's
        g.only_reads = request.method in SAFE_METHODS
        return _once_more(super().preprocess_request)

    def dispatch_request(self) -> BaseResponse:
        if g.only_reads:
            return _once_more(self._dispatch)
        return self._dispatch()

    def _dispatch(self) -> BaseResponse:
        with unit_of_work(commit=not g.only_reads) as work:
            response = self.make_response(super().dispatch_request())
            if response.status_code >= 400 and not g.get("keeps_writes", False):
                work.abandon()
        return response


def _once_more(read: Callable[[], T]) -> T:
    """Read, and once more where the connection turns out to be dead: the database was restarted meanwhile."""
    try:
        return read()
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        db.session.remove()
        return read()


class SliceBlueprint(Blueprint):
    """A blueprint that knows who may enter."""

    access: str
    is_tenant: bool


def register_level(name: str, check: Level) -> None:
    """Name an access level. `check` raises the error of a viewer who may not enter."""
    _levels[name] = check


def blueprint(name: str, *, access: str, prefix: str = "", tenant: bool = False) -> SliceBlueprint:
    """A blueprint of pages. `access` is the level of every route that does not say otherwise by `@access(…)`.

    Levels: `open` (no viewer is loaded), `anyone`, and those the domains register. With `tenant` the routes stand below
    `/c/<community>`, and the viewer is loaded in that community.
    """
    bp = SliceBlueprint(name, __name__, url_prefix=("/c/<community>" if tenant else "") + prefix or None)
    bp.access, bp.is_tenant = access, tenant
    if tenant:
        bp.url_value_preprocessor(_take_community)
    bp.before_request(_enter)
    return bp


def access(level: str) -> Callable[[F], F]:
    """Give one route another level than its blueprint's."""

    def mark(view: F) -> F:
        view.access = level  # type: ignore[attr-defined]
        return view

    return mark


def keep_writes() -> None:
    """Commit what this request wrote although it answers with an error: a noted attempt must outlive its refusal."""
    g.keeps_writes = True


def for_all() -> None:
    """Say that this answer is the same for everybody, whatever cookies they send."""
    g.is_for_all = True


def level_of(app: Flask, endpoint: str) -> str | None:
    """The access level of an endpoint; None where nobody gave one."""
    own = getattr(app.view_functions[endpoint], "access", None)
    bp = app.blueprints.get(endpoint.rpartition(".")[0])
    return own or getattr(bp, "access", None)


def _take_community(endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None:
        g.slug = values.pop("community", None)


def _enter() -> None:
    from flask import current_app

    level = level_of(current_app, request.endpoint or "")
    if level == "open":
        return
    check = _levels[level or ""]
    try:
        g.viewer = load(request, g.get("slug"))
    except NotFound:
        g.viewer = load(request, None)
        _refuse_suspended(g.viewer)
        raise
    _refuse_suspended(g.viewer)
    if check is not None:
        _let_in(check, g.viewer)
    if request.method not in SAFE_METHODS:
        if g.viewer.seen_as:
            raise Denied("You are only looking through the eyes of others. Go back to your own view to do something.")
        confirming.take_proof()


def for_suspended(view: F) -> F:
    """Leave a route open to people whose accounts are suspended: they see nothing else of the site."""
    view.for_suspended = True  # type: ignore[attr-defined]
    return view


def _refuse_suspended(viewer: Viewer) -> None:
    """Whatever a suspended account asks for, it learns only that it is suspended; places look the same as missing ones."""
    from flask import current_app

    if viewer.user is None or not viewer.user.is_suspended:
        return
    if not getattr(current_app.view_functions[request.endpoint or ""], "for_suspended", False):
        g.viewer = elsewhere(viewer)
        raise Suspended


def _let_in(check: Level, viewer: Viewer) -> None:
    """Apply a level. To whom a community does not exist, its error page must not show it either."""
    try:
        check(viewer)
    except NotFound:
        g.viewer = elsewhere(viewer)
        raise


def init_web(app: Flask, config: Config) -> None:
    """Install what holds for every request: host check, correlation id, nonce, log context."""

    @app.before_request
    def begin() -> None:
        correlation.set(_request_id())
        g.nonce = secrets.token_urlsafe(16)
        topics.mark()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=str(correlation.current()))
        if request.path != "/healthz" and request.host not in config.allowed_hosts:
            abort(400)
        if "\0" in request.path:  # neither the database nor any address of ours has it
            abort(404)
        if b"%00" in request.query_string:
            abort(400)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = str(correlation.current())
        return response

    @app.errorhandler(404)
    def missing(_: Exception) -> Any:  # noqa: ANN401 - what an error handler returns
        from community.core.failures import answer

        if "viewer" not in g:
            g.viewer = load(request, None)
        return answer(NotFound())


def _request_id() -> uuid.UUID:
    try:
        return uuid.UUID(request.headers.get("X-Request-ID", ""))
    except ValueError:
        return uuid.uuid4()
