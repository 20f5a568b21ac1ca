"""The time zones a person or a community may choose."""

from __future__ import annotations

from zoneinfo import available_timezones

ODD = ("Etc/", "SystemV/", "posix/", "right/")
CHOICES = [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in sorted(available_timezones())
                             if "/" in name and not name.startswith(ODD))]
"""Pairs of the zone's name and how it is shown."""


def choices(present: str) -> list[tuple[str, str]]:
    """What to choose from, with the zone chosen at present, were it a rare one."""
    known = any(name == present for name, _ in CHOICES)
    return CHOICES if known or not present else [(present, present), *CHOICES]
