"""What people may send about how they present themselves, and about others."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from community.accounts.forms.accounts import https
from community.core.clock import now
from community.core.forms import Body, Command, StrictBool, Text

ZONES = frozenset(available_timezones())
MAX_TAGS = 20


def _birthdate(value: dt.date | None) -> dt.date | None:
    if value is not None and not dt.date(1900, 1, 1) <= value <= now().date():
        raise PydanticCustomError("birthdate", "Please give a date in the past.")
    return value


def _zone(value: str) -> str:
    if value not in ZONES:
        raise PydanticCustomError("zone", "Please choose a time zone of the list.")
    return value


Link = Annotated[str, Text(200, min=0), AfterValidator(https)]


def _few(value: str) -> str:
    words = tags_in(value)
    if len(words) > MAX_TAGS:
        raise PydanticCustomError("too_many", "At most 20, please.")
    if any(len(word) > 40 for word in words):
        raise PydanticCustomError("too_long", "Each of them may have 40 characters.")
    return value


def tags_in(value: str) -> list[str]:
    """The words between the commas, each once whatever its case."""
    words = [" ".join(word.split()) for word in re.split(r"[,;\n]", value)]
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return list(found.values())


class ProfileForm(Command):
    """A profile; interests and skills are words between commas, links begin with https://."""

    display_name: Annotated[str, Text(60)]
    bio: Annotated[str, Body(1000, min=0)] = ""
    pronouns: Annotated[str, Text(30, min=0)] = ""
    location: Annotated[str, Text(80, min=0)] = ""
    website: Link = ""
    birthdate: Annotated[dt.date | None, AfterValidator(_birthdate)] = None
    interests: Annotated[str, Text(1000, min=0), AfterValidator(_few)] = ""
    skills: Annotated[str, Text(1000, min=0), AfterValidator(_few)] = ""
    mastodon: Link = ""
    bluesky: Link = ""
    twitter: Link = ""
    instagram: Link = ""
    tiktok: Link = ""
    youtube: Link = ""
    discord: Link = ""
    github: Link = ""


class PrivacyForm(Command):
    visibility: Literal["PUBLIC", "MEMBERS", "FOLLOWERS", "PRIVATE"] = "PUBLIC"
    follow_approval: StrictBool = False
    show_online: StrictBool = False
    show_activity: StrictBool = False
    show_birthdate: StrictBool = False
    show_followers: StrictBool = False
    indexable: StrictBool = False
    allow_mentions_from: Literal["EVERYONE", "MEMBERS", "FOLLOWED", "NOBODY"] = "EVERYONE"


class UsernameForm(Command):
    username: Annotated[str, Text(60)]


class RegionForm(Command):
    timezone: Annotated[str, Text(60), AfterValidator(_zone)] = "UTC"
    preferred_language: Literal["en"] = "en"


class MuteForm(Command):
    """What of somebody to hide, and for how many days; for ever without a number."""

    kind: Literal["MUTE", "HIDE_POSTS", "HIDE_STORIES"] = "MUTE"
    days: Literal["", "1", "7", "30"] = ""


class PostsToldForm(Command):
    notify_new_posts: StrictBool = False
