"""What people may send about how they log in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import StringConstraints

from community.accounts.forms.accounts import Email, NewPassword
from community.core.forms import Command, StrictBool, Text

Code = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Credential = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


class CodeForm(Command):
    """A code of an authenticator app, or a recovery code."""

    code: Code


class PasskeyLogInForm(Command):
    credential: Credential
    remember: StrictBool = False
    next: str = ""


class PasskeyForm(Command):
    credential: Credential
    name: Annotated[str, Text(60)]


class NameForm(Command):
    name: Annotated[str, Text(60)]


class ResetForm(Command):
    """The address of an account whose password is forgotten."""

    email: Email


class PasswordForm(Command):
    password: NewPassword


class NewAddressForm(Command):
    email: Email


class DisableForm(Command):
    """Turning two-step log-in off."""

    password: Annotated[str, StringConstraints(max_length=200)] = ""
    code: Code


class ReasonForm(Command):
    """Why an administrator bans or reinstates somebody; the date beside it is for suspensions."""

    reason: Annotated[str, Text(500, min=3)]
    until: str = ""


class SuspensionForm(Command):
    """Why and until when somebody is suspended."""

    reason: Annotated[str, Text(500, min=3)]
    until: dt.date


class LeaveForm(Command):
    """Deleting one's account; the username is typed so that nobody does it by mistake."""

    username: Annotated[str, Text(60)]
    when: Literal["later", "now"] = "later"
