"""Addresses of communities and spaces: their form, what is reserved, and suggestions."""

from __future__ import annotations

from collections.abc import Collection

from slugify import slugify

from community.core.ids import SLUG

MIN, MAX = 3, 50
RESERVED = frozenset({"new", "admin", "api", "settings", "slug", "static"})


def problem_with(slug: str) -> str | None:
    """Why an address cannot be had, or None. Whether it is taken is another question."""
    if not MIN <= len(slug) <= MAX:
        return f"Use {MIN} to {MAX} characters."
    if not SLUG.fullmatch(slug):
        return "Use letters a to z, digits and, inside, hyphens."
    return "This address is reserved." if slug in RESERVED else None


def suggestion_for(name: str) -> str:
    """An address made of a name; empty where the name has no letters for one."""
    made = slugify(name, max_length=MAX, word_boundary=True)
    return made if problem_with(made) is None else ""


def unused(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or it with the first number that is free."""
    if wanted not in taken:
        return wanted
    stem = wanted[:MAX - 4].rstrip("-")
    return next(f"{stem}-{n}" for n in range(2, len(taken) + 3) if f"{stem}-{n}" not in taken)
