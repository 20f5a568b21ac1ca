"""Input becomes typed values or plain messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, AwareDatetime, EmailStr, Field
from werkzeug.datastructures import MultiDict

from community.core.forms import BIGINT_MAX, Body, Command, Id, Slug, StrictBool, Text, bind, bind_json, blank


class Kind(StrEnum):
    POLL = "POLL"
    NEWS = "NEWS"


def _no_secret(value: str) -> str:
    if value == "secret":
        raise ValueError("This name is reserved.")
    return value


class Order(Command):
    title: Annotated[str, Text(20)]
    slug: Annotated[str, Slug(10, min=3), AfterValidator(_no_secret)] = "none"
    body: Annotated[str, Body(30)] | None = None
    space: Id | None = Field(default=None, alias="spaceId")
    kind: Kind = Kind.POLL
    sort: Literal["latest", "top"] = "latest"
    tags: list[Annotated[str, Text(5, min=2)]] = Field(default=[], max_length=2)
    gift: StrictBool = False
    notify: StrictBool = True
    price: Annotated[Decimal, Field(ge=1, le=100)] | None = None
    at: AwareDatetime | None = None
    email: EmailStr | None = None
    ref: UUID | None = None


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def sent(**fields: str | list[str]) -> MultiDict[str, str]:
    return MultiDict({"title": "Hi", **fields})


def complaint(**fields: str | list[str]) -> dict[str, list[str]]:
    """The messages for these fields; the rest of the form is fine."""
    assert bind(Order, sent()).valid
    form = bind(Order, sent(**fields))
    assert not form.valid
    return form.errors


def test_a_form_becomes_typed_values() -> None:
    form = bind(Order, sent(
        title="  Hello\tyou ", slug=" A-b ", body="\r\n  code\r\nx  \r\n", space="42", kind="NEWS", sort="top",
        tags=["ab", "cd"],
        gift="on", price="9.50", at="2026-11-21T07:36:00Z", email="Ada@Example.org",
        ref="019fb1d0-0000-7000-8000-000000000000",
    ))
    assert form.errors == {}
    data = form.data
    assert (data.title, data.slug, data.body) == ("Hello you", "a-b", "  code\nx")
    assert (data.space, data.kind, data.sort, data.tags) == (42, Kind.NEWS, "top", ["ab", "cd"])
    assert (data.gift, data.notify, data.price) == (True, False, Decimal("9.50"))
    assert data.at is not None and data.at.tzinfo is not None and data.email == "Ada@example.org"


def test_empty_optional_fields_take_their_defaults() -> None:
    data = bind(Order, sent(slug="", body="", space="", kind="", sort="", price="", at="")).data
    assert (data.slug, data.kind, data.sort) == ("none", Kind.POLL, "latest")
    assert (data.body, data.space, data.price, data.at) == (None, None, None, None)


def test_what_was_typed_is_kept_for_showing_it_again() -> None:
    form = bind(Order, sent(title=" x" * 40, space="many", tags=["a", "b"], gift="on"))
    assert form.values["title"] == " x" * 40
    assert (form.values["space"], form.values["tags"], form.values["gift"]) == ("many", ["a", "b"], "on")
    assert (form.values["body"], form.values["notify"]) == ("", "")
    assert set(form.values) == set(Order.model_fields)


@pytest.mark.parametrize(("field", "typed", "message"), [
    ("title", "", "Please fill this in."),
    ("title", "   ", "Please fill this in."),
    ("title", "x" * 21, "Please use at most 20 characters."),
    ("title", "a\x00b", "This text has control characters in it. Please remove them."),
    ("body", "a\x1bb", "This text has control characters in it. Please remove them."),
    ("slug", "ab", "Please use at least 3 characters."),
    ("slug", "-abc", "Please use letters a to z, digits and, inside, hyphens."),
    ("slug", "äöü", "Please use letters a to z, digits and, inside, hyphens."),
    ("slug", "secret", "This name is reserved."),
    ("kind", "poll", "Please choose one of the values offered."),
    ("sort", "worst", "Please choose one of the values offered."),
    ("price", "a lot", "Please give a number."),
    ("price", "0.5", "Please give 1 or more."),
    ("price", "101", "Please give 100 or less."),
    ("price", "NaN", "Please give a number."),
    ("at", "tomorrow", "Please give a date and a time."),
    ("at", "2026-11-21T07:36:00", "Please give the time with its time zone."),
    ("email", "ada", "Please give a full e-mail address, such as name@example.org."),
    ("ref", "42", "There is no such entry."),
    ("gift", "yes", "Please answer yes or no."),
    ("gift", "0", "Please answer yes or no."),
])
def test_a_wrong_value_is_explained_at_its_field(field: str, typed: str, message: str) -> None:
    assert complaint(**{field: typed}) == {field: [message]}


@pytest.mark.parametrize("typed", [
    "0", "-1", "1.0", "+1", "1_0", "٤٢", "0x1", "1e3", "042", "many", " 1", str(BIGINT_MAX + 1), "9" * 50,
])
def test_an_id_is_a_positive_bigint_in_plain_digits(typed: str) -> None:
    assert set(complaint(space=typed)) == {"space"}


@pytest.mark.parametrize("row_id", [1, 42, BIGINT_MAX])
def test_ids_reach_to_the_end_of_bigint(row_id: int) -> None:
    assert bind(Order, sent(space=str(row_id))).data.space == row_id


@pytest.mark.parametrize(("tags", "message"), [
    (["a"], "Please use at least 2 characters."), (["ab", "cd", "ef"], "Please give at most 2."),
])
def test_a_list_is_checked_item_by_item_and_as_a_whole(tags: list[str], message: str) -> None:
    assert complaint(tags=tags) == {"tags": [message]}


class Bare(Command):
    title: Text(5)  # type: ignore[valid-type]


def test_a_field_type_may_stand_alone() -> None:
    assert bind(Bare, MultiDict({"title": " a  b "})).data.title == "a b"
    assert bind(Bare, MultiDict({"title": "123456"})).errors == {"title": ["Please use at most 5 characters."]}


def test_a_missing_field_is_asked_for() -> None:
    assert bind(Order, MultiDict()).errors == {"title": ["Please fill this in."]}


def test_unknown_fields_are_refused() -> None:
    assert complaint(author_id="1", role="OWNER") == {"": ["Something was sent that does not belong here."]}


def test_a_value_given_twice_is_refused() -> None:
    assert complaint(sort=["latest", "top"]) == {"sort": ["Please give one value only."]}
    assert complaint(gift=["on", "on"]) == {"gift": ["Please give one value only."]}


def test_line_ends_of_browsers_count_once() -> None:
    assert bind(Order, sent(body="a\r\n" * 14 + "ab")).data.body == "a\n" * 14 + "ab"


def test_a_service_can_add_what_it_found() -> None:
    form = bind(Order, sent())
    form.error("slug", "This slug is taken.", code="taken")
    form.error("", "Try again tomorrow.")
    form.merge({"title": "This title is taken."})
    assert form.errors == {
        "slug": ["This slug is taken."], "": ["Try again tomorrow."], "title": ["This title is taken."],
    }
    assert not form.valid
    with pytest.raises(ValueError, match="not valid"):
        _ = form.data


def test_the_data_of_a_wrong_form_cannot_be_had() -> None:
    with pytest.raises(ValueError, match="not valid"):
        _ = bind(Order, MultiDict()).data


def test_a_blank_form_shows_defaults_and_what_it_is_given() -> None:
    form = blank(Order, title="Hi", tags=["ab"], price=Decimal("1.5"), gift=True)
    assert (form.values["title"], form.values["tags"]) == ("Hi", ["ab"])
    assert (form.values["price"], form.values["gift"]) == ("1.5", "on")
    assert (form.values["kind"], form.values["notify"], form.values["body"]) == ("POLL", "on", "")
    assert form.errors == {} and not form.valid
    assert bind(Order, MultiDict({name: value for name, value in form.values.items() if value})).data.kind is Kind.POLL


def test_a_blank_form_has_no_other_fields() -> None:
    with pytest.raises(TypeError, match="colour"):
        blank(Order, colour="red")


def test_values_do_not_change_after_they_were_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        bind(Order, sent()).data.title = "other"


def test_json_becomes_the_same_typed_values() -> None:
    form = bind_json(Order, {"title": " a  b ", "spaceId": 42, "kind": "NEWS", "tags": ["ab"], "gift": True, "price": 3,
                             "at": "2026-11-21T07:36:00.000Z", "body": None})
    assert form.details == []
    data = form.data
    assert (data.title, data.space, data.kind, data.tags, data.gift) == ("a b", 42, Kind.NEWS, ["ab"], True)
    assert isinstance(data.at, datetime) and data.notify is True


@pytest.mark.parametrize(("wrong", "path", "code"), [
    ({"title": "x" * 21}, ["title"], "too_long"), ({"title": ""}, ["title"], "required"),
    ({"title": 7}, ["title"], "not_a_text"),
    ({"title": None}, ["title"], "not_a_text"), ({"title": "\ud800"}, [], "invalid_json"),
    ({"title": "\x00"}, ["title"], "invalid_text"),
    ({"tags": ["ab", "a"]}, ["tags", 1], "too_short"), ({"tags": "ab"}, ["tags"], "not_a_list"),
    ({"gift": "on"}, ["gift"], "not_a_choice"),
    ({"gift": 1}, ["gift"], "not_a_choice"), ({"spaceId": "42"}, ["spaceId"], "not_a_number"),
    ({"spaceId": True}, ["spaceId"], "not_a_number"),
    ({"spaceId": 1.0}, ["spaceId"], "not_a_number"), ({"spaceId": 0}, ["spaceId"], "too_small"),
    ({"spaceId": 2**63}, ["spaceId"], "too_large"),
    ({"space": 1}, ["space"], "unknown_field"), ({"role": "OWNER"}, ["role"], "unknown_field"),
    ({"kind": 1}, ["kind"], "not_a_choice"),
    ({"slug": "secret"}, ["slug"], "invalid"), ({"sort": []}, ["sort"], "not_a_choice"),
    ({"at": 5}, ["at"], "not_a_time"),
])
def test_json_errors_name_the_path_and_a_code(wrong: dict[str, object], path: list[str | int], code: str) -> None:
    assert bind_json(Order, {"title": "Hi"}).valid
    form = bind_json(Order, {"title": "Hi", **wrong})
    assert [(d["path"], d["code"]) for d in form.details] == [(path, code)]
    assert all(isinstance(d["message"], str) and d["message"].endswith(".") for d in form.details)


@pytest.mark.parametrize("payload", [None, [], "x", 7, True])
def test_json_that_is_no_object_is_refused(payload: object) -> None:
    assert bind_json(Order, payload).details == [
        {"path": [], "message": "Please send an object with named fields.", "code": "not_an_object"}
    ]


@pytest.mark.parametrize("depth", [300, 5_000])
def test_json_that_is_nested_too_deeply_is_refused(depth: int) -> None:
    nested: list[object] = []
    for _ in range(depth):
        nested = [nested]
    assert [d["code"] for d in bind_json(Order, {"title": "Hi", "tags": nested}).details] == ["invalid_json"]


TYPED = st.text(max_size=30)


@given(st.dictionaries(st.sampled_from([*Order.model_fields, "other"]), st.lists(TYPED, max_size=3)))
def test_any_form_is_either_valid_or_explained(fields: dict[str, list[str]]) -> None:
    form = bind(Order, MultiDict(fields))
    assert form.valid is not bool(form.errors)
    for messages in form.errors.values():
        assert all(message.endswith(".") and "%(" not in message for message in messages)


NAMES = st.sampled_from([*Order.model_fields, "spaceId", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=8,
)


@given(JSON)
def test_any_json_is_either_valid_or_explained(payload: object) -> None:
    form = bind_json(Order, payload)
    assert form.valid is not bool(form.details)
    assert all("%(" not in str(detail["message"]) for detail in form.details)


def test_limits_of_texts_are_told_to_the_readers_of_the_schema() -> None:
    title = Order.model_json_schema()["properties"]["title"]
    assert (title["type"], title["minLength"], title["maxLength"]) == ("string", 1, 20)


def test_messages_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.core.complaints.gettext", lambda message, **values: f"«{message % values}»")
    assert bind(Order, MultiDict({"title": "x" * 21})).errors == {"title": ["«Please use at most 20 characters.»"]}
