"""How a route of the API is made: once, served below /api and /api/v1, described for programs, and held to one form.

    @get("/communities/<slug>", answers=CommunityShape)
    def community(slug: str) -> CommunityShape: ...

A view takes typed input and returns what `answers` says; the envelope, the rights of keys, the limits and the errors are
made here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, make_response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from community.api.description import describe
from community.api.shapes import Envelope, Shape
from community.core.complaints import complaint_of
from community.core.errors import BadRequest, Denied, Invalid, WrongType
from community.core.forms import bind_json
from community.core.limits import limited, who
from community.core.web import access, blueprint

M = TypeVar("M", bound=BaseModel)
View = Callable[..., Shape]

READS, WRITES = 120, 30
"""Calls a minute."""
NEEDED_FOR = {"read": "read", "write": "write", "dashboard": "read the dashboard", "moderate": "moderate"}

BLUEPRINTS = (blueprint("api", access="user", prefix="/api"), blueprint("api_v1", access="user", prefix="/api/v1"))


class Query(BaseModel):
    """What stands behind the `?` of an address. Names nobody knows are left alone."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True,
                              hide_input_in_errors=True)


class Body(BaseModel):
    """A JSON body. Names nobody knows are refused."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True, hide_input_in_errors=True)


def get(rule: str, *, answers: type[Shape], query: type[Query] | None = None, level: str = "user") -> Callable[[View], View]:
    """A route that reads. `query` makes the view take one more argument of that name."""

    def register(view: View) -> View:
        @wraps(view)
        def answer(**values: str) -> Response:
            need("read")
            if query is not None:
                values["query"] = read_query(query)  # type: ignore[assignment]
            return enveloped(view(**values))

        _add(rule, "GET", describe(answer, query=query, answers=answers), READS, level)
        return view

    return register


def send(method: str, rule: str, *, answers: type[Shape], body: type[Body], needs: str = "write",
         status: int = 200) -> Callable[[View], View]:
    """A route that changes something; its view takes the `body`."""

    def register(view: View) -> View:
        @wraps(view)
        def answer(**values: str) -> Response:
            need(needs)
            values["body"] = read_body(body)  # type: ignore[assignment]
            return enveloped(view(**values), status)

        _add(rule, method, describe(answer, body=body, answers=answers, status=status), WRITES, "user")
        return view

    return register


def need(permission: str) -> None:
    """Go on only if the key the request came with, if any, may do this. Raises `Denied`."""
    key = g.viewer.key
    if key is not None and permission not in key.permissions:
        raise Denied(f"This key may not {NEEDED_FOR[permission]}.")


def read_query(model: type[M]) -> M:
    """The parameters of the address. Raises `Invalid`, naming each that is malformed or given twice."""
    names = {info.alias or name: name for name, info in model.model_fields.items()}
    details = [_detail([alias], "repeated", {}) for alias in names if len(request.args.getlist(alias)) > 1]
    try:
        read = model.model_validate({alias: request.args[alias] for alias in names if alias in request.args})
    except ValidationError as error:
        details += [_detail(list(found["loc"]), found["type"], found.get("ctx", {}))
                    for found in error.errors(include_url=False, include_input=False)]
    if details:
        raise _invalid(details)
    return read


def read_body(model: type[M]) -> M:
    """The JSON of the request. Raises `WrongType`, `BadRequest` and `Invalid`."""
    if request.mimetype != "application/json":
        raise WrongType("Please send JSON, with the content type application/json.")
    payload = request.get_json(silent=True)
    if payload is None:
        raise BadRequest("The body is not JSON.")
    form = bind_json(model, payload)
    if not form.valid:
        raise _invalid(form.details)
    return form.data


def enveloped(data: Shape, status: int = 200) -> Response:
    """An answer as programs get it."""
    body = Envelope[Any](data=data.model_dump(mode="json", by_alias=True, exclude_none=True))
    response = make_response(current_app.json.response(body.model_dump(by_alias=True)), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _add(rule: str, method: str, view: Callable[..., Response], amount: int, level: str) -> None:
    counted = limited(amount, "minute", scope=f"api-{'read' if method == 'GET' else 'write'}", by=_caller)(view)
    for bp in BLUEPRINTS:
        bp.add_url_rule(rule, endpoint=view.__name__, view_func=access(level)(counted), methods=[method])


def _caller() -> str:
    """Each key has a counter of its own, beside that of its person."""
    key = g.viewer.key
    return f"key{key.id}" if key is not None else who()


def _detail(path: list[str | int], kind: str, context: Any) -> dict[str, object]:  # noqa: ANN401 - pydantic's
    code, message = complaint_of(kind, context)
    return {"path": path, "message": message, "code": code}


def _invalid(details: list[dict[str, object]]) -> Invalid:
    error = Invalid("Validation failed")
    error.details = details
    return error


def _ask_for_key(response: Response) -> Response:
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


for _bp in BLUEPRINTS:
    _bp.after_request(_ask_for_key)
