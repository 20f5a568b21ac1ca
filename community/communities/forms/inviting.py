"""Inviting people."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import Field

from community.core.forms import Body, Command, Id, StrictBool

MOST_ADDRESSES = 200


class LinkForm(Command):
    """A link."""

    role: Literal["MEMBER", "MODERATOR"] = "MEMBER"
    space: Id | None = None
    max_uses: Annotated[int | None, Field(ge=1, le=10_000)] = None
    days: Annotated[int, Field(ge=1, le=365)] = 30


class AddressesForm(Command):
    """Invitations by mail: addresses one a line, or a CSV file whose first address of each line counts."""

    addresses: Annotated[str, Body(60_000, min=0)] = ""
    role: Literal["MEMBER", "MODERATOR"] = "MEMBER"
    space: Id | None = None


class AcceptForm(Command):
    """Taking an invitation, with the version of the rules that was accepted."""

    accept: StrictBool = False
    rules_version: Id | None = None

    @property
    def accepted(self) -> int | None:
        return self.rules_version if self.accept else None


class CodeForm(Command):
    """An invitation typed or pasted: its code, or the whole address."""

    code: Annotated[str, Body(300)]

    @property
    def bare(self) -> str:
        return self.code.strip().rstrip("/").rpartition("/")[2]


def addresses_in(text: str) -> tuple[list[str], list[str]]:
    """The addresses of a pasted list or CSV, and the lines without one. A line of headings is left out."""
    good: list[str] = []
    bad: list[str] = []
    for cells in csv.reader(io.StringIO(text.replace(";", ","))):
        found = next((address for cell in cells if (address := _address(cell))), None)
        if found is not None:
            good.append(found)
        elif any(cell.strip() for cell in cells) and (good or bad or "mail" not in ",".join(cells).lower()):
            bad.append(",".join(cells)[:120])
    return good, bad


def _address(cell: str) -> str | None:
    try:
        return validate_email(cell.strip(" <>\"'"), check_deliverability=False).normalized
    except EmailNotValidError:
        return None
