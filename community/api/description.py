"""The description of the API for programs, in OpenAPI, made of what the routes themselves say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin

from community.api.shapes import Envelope, ErrorEnvelope, Shape

F = TypeVar("F", bound=Callable[..., Any])

ERRORS = (400, 401, 403, 404, 429)
_SETTINGS = 11
"""How many of its own arguments the library puts between a view and the view's."""


class _Describing(FlaskPlugin):
    """The library describes; what comes in is read by `basis`, so that the messages are those of the forms."""

    def validate(self, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the library's
        return func(*args[_SETTINGS:], **kwargs)


def describe(view: F, *, answers: type[Shape], query: type[BaseModel] | None = None, body: type[BaseModel] | None = None,
             status: int = 200) -> F:
    """The view, with what it takes and gives noted."""
    errors = {f"HTTP_{code}": ErrorEnvelope for code in (*ERRORS, *((415,) if body else ()))}
    good = {f"HTTP_{status}": Envelope[answers]}  # type: ignore[valid-type]
    described: F = _tree.validate(query=query, json=body, resp=Response(**good, **errors))(view)
    return described


def description(title: str) -> dict[str, Any]:
    """The whole description. Needs an application at hand, whose routes it lists."""
    return {**_tree.spec, "info": {"title": title, "version": "1"}}


def _name(model: Any) -> str:  # noqa: ANN401 - a model, or the library's own
    return str(model.__name__).replace("[", "Of").replace("]", "")


_tree = SpecTree(
    "flask", backend=_Describing, mode="strict", path="api/v1", annotations=False, validation_error_status=400,
    security_schemes=[SecurityScheme(name="key", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
    security={"key": []}, validation_error_model=ErrorEnvelope, naming_strategy=_name,
    nested_naming_strategy=lambda _parent, child: child)
