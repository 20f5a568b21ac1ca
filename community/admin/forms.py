"""What the first person may send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, EmailStr, Field

from community.accounts.forms import Password
from community.communities.forms import Slug
from community.core.forms import Command, Text


class SetupForm(Command):
    display_name: Annotated[str, Text(60)]
    email: Annotated[EmailStr, Field(max_length=254)]
    username: Annotated[str, Text(30), AfterValidator(str.lower)]
    password: Password
    community_name: Annotated[str, Text(80, min=2)]
    slug: Slug
