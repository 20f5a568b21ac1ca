"""What people may send about their accounts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from community.core.forms import Body, Command, StrictBool, Text

Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _lower(value: str) -> str:
    return value.lower()


class SignUpForm(Command):
    display_name: Annotated[str, Text(60)]
    email: Annotated[EmailStr, Field(max_length=254)]
    username: Annotated[str, Text(30), AfterValidator(_lower)]
    password: Password
    next: str = ""


class LogInForm(Command):
    identifier: Annotated[str, Text(254)]
    password: Password
    remember: StrictBool = False
    next: str = ""


class ProfileForm(Command):
    display_name: Annotated[str, Text(60)]
    bio: Annotated[str, Body(1000, min=0)] = ""
    location: Annotated[str, Text(80, min=0)] = ""
    website: Annotated[str, StringConstraints(pattern=r"^(https://[^\s]{1,200})?$")] = ""


class AppearanceForm(Command):
    theme: Literal["SYSTEM", "LIGHT", "DARK"]
