"""One record of a dump, and reading values out of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from community.core import text
from community.core.clock import now

INTEGER_MAX = 2**31 - 1
NAME_MAX = 60
_INTEGER = re.compile(r"-?[0-9]{1,10}")
_ID = re.compile(r"-?[0-9]{1,18}")
_TAG = re.compile(r"[^<>|]+")


class Refused(Exception):
    """A row that cannot be taken, with the reason."""


class Skipped(Exception):
    """A row that has no place here, with the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record. `external_id` is its Id, or its place in the file where it has none."""

    kind: str
    external_id: str
    attributes: dict[str, str]
    problem: str | None = None

    def check(self) -> None:
        """Raises `Refused` where reading the file showed a problem already."""
        if self.problem is not None:
            raise Refused(self.problem)

    def given(self, name: str) -> str:
        """A text as it stands, in one form of Unicode and line ends; empty where it is missing."""
        return text.clean(self.attributes.get(name, ""))

    def required(self, name: str) -> str:
        """A text that has to be there. Raises `Refused`."""
        value = self.given(name)
        if not value.strip():
            raise Refused(f"{name} is missing")
        return value

    def reference(self, name: str) -> str | None:
        """The Id of another record, or None. Raises `Refused` for what is no Id."""
        value = self.attributes.get(name, "").strip()
        if value and not _ID.fullmatch(value):
            raise Refused(f"{name} is not an Id: {value[:40]}")
        return value or None

    def number(self, name: str) -> int:
        """An integer, 0 where it is missing. Raises `Refused`."""
        value = self.attributes.get(name, "").strip() or "0"
        if not _INTEGER.fullmatch(value) or abs(int(value)) > INTEGER_MAX:
            raise Refused(f"{name} is not a number we can keep: {value[:40]}")
        return int(value)

    def moment(self, name: str) -> dt.datetime:
        """A time, in UTC. Raises `Refused` where it is missing, no time, or still to come."""
        found = self.moment_or_none(name)
        if found is None:
            raise Refused(f"{name} is missing")
        return found

    def moment_or_none(self, name: str) -> dt.datetime | None:
        value = self.attributes.get(name, "").strip()
        if not value:
            return None
        found = parse_moment(value)
        if found is None:
            raise Refused(f"{name} is not a time: {value[:40]}")
        if found > now():
            raise Refused(f"{name} lies in the future: {value[:40]}")
        return found

    def tags(self, name: str) -> list[str]:
        """Names of tags, which stand as `<a><b>` or `|a|b|`, each once."""
        return tags_in(self.given(name))


def parse_moment(value: str) -> dt.datetime | None:
    """A time of a dump, which is in UTC; None for anything else."""
    try:
        found = dt.datetime.fromisoformat(value.strip())
        return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def tags_in(value: str) -> list[str]:
    """The tags in `<a><b>` or `|a|b|`, each once."""
    found = (name.strip() for name in _TAG.findall(value))
    return list(dict.fromkeys(name for name in found if name))


def id_in(attributes: dict[str, str]) -> str | None:
    """The Id of a record, or None where it has no proper one."""
    value = attributes.get("Id", "").strip()
    return value if _ID.fullmatch(value) else None


def name_in(attributes: dict[str, str], name: str) -> str | None:
    """A display name, cut to what a profile holds, or None."""
    return text.clean(attributes.get(name, "")).strip()[:NAME_MAX].strip() or None
