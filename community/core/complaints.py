"""What is wrong with a value, in plain words: messages and stable codes for the kinds of error pydantic knows."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext


def N_(message: str) -> str:
    """Mark a message for translation where it is not shown yet."""
    return message


FALLBACK = ("invalid", N_("This value cannot be used."))

COMPLAINTS: Mapping[str, tuple[str, str]] = {
    "missing": ("required", N_("Please fill this in.")),
    "extra_forbidden": ("unknown_field", N_("Something was sent that does not belong here.")),
    "repeated": ("repeated", N_("Please give one value only.")),
    "unstorable": ("invalid_text", N_("This text has control characters in it. Please remove them.")),
    "json_invalid": ("invalid_json", N_("This cannot be read: it is nested too deeply or has broken characters.")),
    "string_type": ("not_a_text", N_("Please give a text.")),
    "string_too_short": ("too_short", N_("Please use at least %(min_length)s characters.")),
    "string_too_long": ("too_long", N_("Please use at most %(max_length)s characters.")),
    "string_pattern_mismatch": ("wrong_form", N_("This is not in the form we need.")),
    "too_short": ("too_few", N_("Please give at least %(min_length)s.")),
    "too_long": ("too_many", N_("Please give at most %(max_length)s.")),
    "bool_type": ("not_a_choice", N_("Please answer yes or no.")),
    "greater_than": ("too_small", N_("Please give more than %(gt)s.")),
    "greater_than_equal": ("too_small", N_("Please give %(ge)s or more.")),
    "less_than": ("too_large", N_("Please give less than %(lt)s.")),
    "less_than_equal": ("too_large", N_("Please give %(le)s or less.")),
    "multiple_of": ("wrong_step", N_("Please give a multiple of %(multiple_of)s.")),
    "enum": ("not_a_choice", N_("Please choose one of the values offered.")),
    "literal_error": ("not_a_choice", N_("Please choose one of the values offered.")),
    "not_an_id": ("not_an_id", N_("There is no such entry.")),
    "not_a_slug": ("not_a_slug", N_("Please use letters a to z, digits and, inside, hyphens.")),
    "model_type": ("not_an_object", N_("Please send an object with named fields.")),
    "model_attributes_type": ("not_an_object", N_("Please send an object with named fields.")),
    "dict_type": ("not_an_object", N_("Please send an object with named fields.")),
    "list_type": ("not_a_list", N_("Please send a list.")),
    "set_type": ("not_a_list", N_("Please send a list.")),
    "tuple_type": ("not_a_list", N_("Please send a list.")),
    "email": ("not_an_email", N_("Please give a full e-mail address, such as name@example.org.")),
    "timezone_aware": ("no_time_zone", N_("Please give the time with its time zone.")),
}

# Kinds that come in many variants, by how their names begin.
FAMILIES: Mapping[str, tuple[str, str]] = {
    "int_": ("not_a_number", N_("Please give a whole number.")),
    "float_": ("not_a_number", N_("Please give a number.")),
    "finite_": ("not_a_number", N_("Please give a number.")),
    "decimal_": ("not_a_number", N_("Please give a number.")),
    "datetime_": ("not_a_time", N_("Please give a date and a time.")),
    "date_": ("not_a_date", N_("Please give a date.")),
    "time_": ("not_a_time", N_("Please give a time.")),
    "uuid_": ("not_an_id", N_("There is no such entry.")),
    "url_": ("not_a_url", N_("Please give a full web address, such as https://example.org.")),
}


def complaint_of(kind: str, context: Mapping[str, object]) -> tuple[str, str]:
    """The code and the message, in the reader's language, for a kind of error and its figures.

    A validator that raises `ValueError("…")` has its own words shown.
    """
    if kind == "value_error" and isinstance(own := context.get("error"), ValueError):
        return FALLBACK[0], str(own)
    if kind == "value_error" and "reason" in context:
        kind = "email"
    if kind == "string_too_short" and context.get("min_length") == 1:
        kind = "missing"
    family = next((FAMILIES[start] for start in FAMILIES if kind.startswith(start)), FALLBACK)
    code, message = COMPLAINTS.get(kind, family)
    return code, gettext(message, **context)
