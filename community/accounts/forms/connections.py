"""What newcomers from a provider send."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator

from community.accounts.forms.accounts import Email, as_username
from community.core.forms import Command, Text


class NewcomerForm(Command):
    """A new account of somebody who logs in by a provider; the address only where the provider confirmed none."""

    display_name: Annotated[str, Text(60)]
    username: Annotated[str, Text(60), AfterValidator(as_username)] = ""
    email: Email | None = None
    birthdate: dt.date | None = None
    """Asked for only where the site has a minimum age."""
