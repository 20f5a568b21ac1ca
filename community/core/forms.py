"""Input becomes typed values or plain messages: the same pydantic model reads a form and a JSON body.

    class CommentForm(Command):
        body: Annotated[str, Body(10_000)]

    form = bind(CommentForm, request.form)
    if not form.valid: ...  # form.values has what was typed, form.errors the messages
    form.data.body
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Generic, Protocol, TypeVar, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationError,
)
from pydantic import ValidationInfo as Info
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, PydanticKnownError, core_schema

from community.core import text
from community.core.complaints import complaint_of

BIGINT_MAX = 2**63 - 1
TICKED = frozenset({"on", "true", "1"})


class Command(BaseModel):
    """The base of everything people may send: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


M = TypeVar("M", bound=BaseModel)


class MultiValues(Protocol):
    """What a form arrives as: several values may have the same name (`request.form`, `request.args`)."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str, /) -> list[str]: ...


# Field types


@dataclass(frozen=True)
class _Words:
    """A text of `min` to `max` characters, in NFC; control characters and unpaired surrogates are refused."""

    max: int
    min: int = 1

    def tidy(self, value: str) -> str:
        raise NotImplementedError

    def check(self, value: str) -> str:
        if not text.is_storable(value):
            raise PydanticCustomError("unstorable", "control characters")
        value = self.tidy(text.clean(value))
        if len(value) < self.min:
            raise PydanticKnownError("string_too_short", {"min_length": self.min})
        if len(value) > self.max:
            raise PydanticKnownError("string_too_long", {"max_length": self.max})
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        limits = {"minLength": self.min, "maxLength": self.max}
        return core_schema.no_info_after_validator_function(
            self.check, core_schema.str_schema(strict=True), metadata={"pydantic_js_updates": limits}
        )


class Text(_Words):
    """One line: stripped, runs of white space are one space."""

    def tidy(self, value: str) -> str:
        return " ".join(value.split())


class Body(_Words):
    """Several lines: blank lines around and spaces at the end are dropped, indentation stays."""

    def tidy(self, value: str) -> str:
        return re.sub(r"\A(?:[^\S\n]*\n)+", "", value).rstrip()


class Slug(_Words):
    """A part of an address: a to z, digits and inner hyphens."""

    def tidy(self, value: str) -> str:
        value = value.strip().lower()
        if value and not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", value):
            raise PydanticCustomError("not_a_slug", "not a slug")
        return value


def _tick(value: object, info: Info) -> bool:
    if isinstance(value, bool):
        return value
    if info.mode != "json" and isinstance(value, str) and value in TICKED:
        return True
    raise PydanticKnownError("bool_type")


def _number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[1-9][0-9]{0,18}", value):
        raise PydanticCustomError("not_an_id", "not an id")
    return value


StrictBool = Annotated[bool, BeforeValidator(_tick)]
"""A tick box: `on`, `true` or `1`, and false when it is not sent; in JSON only true and false."""

Id = Annotated[int, BeforeValidator(_number), Field(ge=1, le=BIGINT_MAX)]
"""The id of a row: positive, fits a bigint."""

Token = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_-]{0,64}$")]
"""What makes one sending of a form: the hidden field `client_token`."""


# Forms


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the input: where, in words, and as a code that does not change with the language."""

    path: tuple[str | int, ...]
    message: str
    code: str


@dataclass
class Form(Generic[M]):
    """What was sent, what it means and what is wrong with it."""

    values: dict[str, Any]
    """What was typed, by field, for showing it again: a string, or a list of them; empty where nothing was sent."""
    parsed: M | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return self.parsed is not None and not self.problems

    @property
    def data(self) -> M:
        """The typed values. Raises ValueError when the form is not valid."""
        if self.parsed is None or self.problems:
            raise ValueError("the form is not valid")
        return self.parsed

    @property
    def errors(self) -> dict[str, list[str]]:
        """The messages by field; under the empty name those that belong to no field."""
        found: dict[str, list[str]] = {}
        for problem in self.problems:
            name = str(problem.path[0]) if problem.path else ""
            messages = found.setdefault(name if name in self.values else "", [])
            if problem.message not in messages:
                messages.append(problem.message)
        return found

    def messages(self, name: str = "") -> list[str]:
        """What is wrong with one field, or with the form as a whole."""
        return self.errors.get(name, [])

    @property
    def details(self) -> list[dict[str, object]]:
        """The problems as the API reports them."""
        return [{"path": list(p.path), "message": p.message, "code": p.code} for p in self.problems]

    def error(self, name: str, message: str, *, code: str = "invalid") -> None:
        """Add what a service found: to a field, or with an empty name to the whole form."""
        self.problems.append(Problem((name,) if name else (), message, code))

    def merge(self, fields: Mapping[str, str]) -> None:
        """Add the messages of an `Invalid` a service raised."""
        for name, message in fields.items():
            self.error(name, message)


def bind(model: type[M], form: MultiValues) -> Form[M]:
    """Read a form.

    An empty optional field counts as not sent, a tick box that was not sent as false; a value given twice is an error.
    """
    sent = {name: form.getlist(name) for name in form}
    values: dict[str, Any] = {}
    data: dict[str, Any] = {name: given for name, given in sent.items() if name not in model.model_fields}
    for name, info in model.model_fields.items():
        given, many = sent.get(name, []), _takes_many(info.annotation)
        values[name] = given if many else next(iter(given), "")
        if info.annotation is bool:
            data[name] = next(iter(given), False)
        elif name in sent and (many or given != [""] or info.is_required()):
            data[name] = values[name]
    bound = _bound(values, lambda: model.model_validate(data, by_alias=False, by_name=True))
    for name, info in model.model_fields.items():
        if len(sent.get(name, [])) > 1 and not _takes_many(info.annotation):
            code, message = complaint_of("repeated", {})
            bound.error(name, message, code=code)
    return bound


def bind_json(model: type[M], payload: object) -> Form[M]:
    """Read a decoded JSON body, strictly: a number in quotes is not a number."""
    values = dict(payload) if isinstance(payload, Mapping) else {}
    try:
        body = json.dumps(payload)
    except RecursionError:
        body = ""
    return _bound(values, lambda: model.model_validate_json(body, strict=True))


def blank(model: type[M], **initial: object) -> Form[M]:
    """A form to be filled in, with the model's defaults or these values in it."""
    if unknown := initial.keys() - model.model_fields.keys():
        raise TypeError(f"{model.__name__} has no field {sorted(unknown)}")
    defaults = {name: None if info.is_required() else info.default for name, info in model.model_fields.items()}
    many = {name for name, info in model.model_fields.items() if _takes_many(info.annotation)}
    return Form({name: _typed(value, name in many) for name, value in (defaults | initial).items()})


def _bound(values: dict[str, Any], read: Callable[[], M]) -> Form[M]:
    try:
        return Form(values, read())
    except ValidationError as error:
        return Form(values, None, [_problem(found) for found in error.errors(include_url=False, include_input=False)])


def _problem(found: ErrorDetails) -> Problem:
    code, message = complaint_of(found["type"], found.get("ctx", {}))
    return Problem(found["loc"], message, code)


def _takes_many(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, UnionType, Annotated):
        return any(_takes_many(part) for part in get_args(annotation))
    return (origin or annotation) in (list, set, tuple, frozenset)


def _typed(value: object, many: bool) -> str | list[str]:
    """The value as a browser would send it."""
    if many:
        return [str(_typed(one, False)) for one in value] if isinstance(value, (list, set, tuple, frozenset)) else []
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, Enum):
        value = value.value
    return "" if value is None else str(value)
