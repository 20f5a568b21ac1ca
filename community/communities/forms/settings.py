"""The settings of a community."""

from __future__ import annotations

from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, create_model

from community.communities.forms.places import Slug
from community.communities.preferences import Preferences
from community.core.forms import Body, Command, Id, StrictBool, Text

SAFETY = ("require_2fa_staff",)
LOCALES = (("en", "English"),)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("There is no such time zone.")
    return value


class GeneralForm(Command):
    """What the community says about itself."""

    version: Id
    name: Annotated[str, Text(80, min=2)]
    slug: Slug
    description: Annotated[str, Text(500, min=0)] = ""
    about: Annotated[str, Body(20_000, min=0)] = ""
    hue: Annotated[int, Field(ge=0, le=359)] = 165
    locale: Literal["en"] = "en"
    timezone: Annotated[str, Text(60), AfterValidator(_zone)] = "UTC"


class AccessForm(Command):
    """Who reads, who joins, what they are told and asked."""

    version: Id
    visibility: Literal["PUBLIC", "PRIVATE", "HIDDEN"]
    join_policy: Literal["OPEN", "APPROVAL", "INVITE_ONLY"]
    rules: Annotated[str, Body(20_000, min=0)] = ""
    question_1: Annotated[str, Text(200, min=0)] = ""
    question_2: Annotated[str, Text(200, min=0)] = ""
    question_3: Annotated[str, Text(200, min=0)] = ""
    question_4: Annotated[str, Text(200, min=0)] = ""
    question_5: Annotated[str, Text(200, min=0)] = ""
    required_1: StrictBool = False
    required_2: StrictBool = False
    required_3: StrictBool = False
    required_4: StrictBool = False
    required_5: StrictBool = False
    confirmed: StrictBool = False

    @property
    def asked(self) -> list[tuple[str, bool]]:
        """The questions in order, each once, and whether an answer is needed."""
        found: dict[str, bool] = {}
        for n in range(1, 6):
            text = getattr(self, f"question_{n}")
            if text:
                found.setdefault(text, getattr(self, f"required_{n}"))
        return list(found.items())


ContentForm: type[Command] = create_model("ContentForm", __base__=Command, version=(Id, ...), **{
    name: (info.annotation, info) for name, info in Preferences.model_fields.items() if name not in SAFETY})  # type: ignore[call-overload]


class SafetyForm(Command):
    """What protects the community."""

    version: Id
    require_2fa_staff: StrictBool = False


class DeleteForm(Command):
    """The address, typed as a proof that this community is meant."""

    slug: Annotated[str, Text(80)]
