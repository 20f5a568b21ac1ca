"""What people may send about their accounts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, EmailStr, Field, StringConstraints

from community.accounts import names, passwords
from community.core.forms import Command, StrictBool, Text

Password = Annotated[str, StringConstraints(min_length=1, max_length=passwords.MAX)]
NewPassword = Annotated[str, StringConstraints(min_length=passwords.MIN, max_length=passwords.MAX)]
Email = Annotated[EmailStr, Field(max_length=254)]


def as_username(value: str) -> str:
    """A username in lower case. Raises ValueError, in words, for one that cannot be had."""
    value = value.lower()
    problem = names.problem_with(value)
    if problem is not None:
        raise ValueError(problem)
    return value


def https(value: str) -> str:
    """An address of a page elsewhere, or nothing."""
    if value and not re.fullmatch(r"https://[^\s/@?#]+\.[^\s/@?#]+(?:[/?#]\S*)?", value):
        raise ValueError("Please give an address that starts with https://.")
    return value


class SignUpForm(Command):
    """A new account; without a username one is made of the name."""

    display_name: Annotated[str, Text(60)]
    email: Email
    username: Annotated[str, Text(60), AfterValidator(as_username)] = ""
    password: NewPassword
    birthdate: dt.date | None = None
    """Asked for only where the site has a minimum age."""
    next: str = ""


class AddressForm(Command):
    """The address somebody meant when they signed up."""

    email: Email


class LogInForm(Command):
    identifier: Annotated[str, Text(254)]
    password: Password
    remember: StrictBool = False
    next: str = ""


class AppearanceForm(Command):
    theme: Literal["SYSTEM", "LIGHT", "DARK"]
