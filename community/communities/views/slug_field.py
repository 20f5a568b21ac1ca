"""The field of an address, checked and suggested while one types."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from community.communities import slugs
from community.core.responses import render


def slug_field(*, url: str, before: str, free_slug: Callable[[str], str], is_taken: Callable[[str], bool]) -> Response:
    """Whether the address typed can be had, or a suggestion made of the name if none was typed yet."""
    name = request.args.get("name", "").strip()[:80]
    typed = request.args.get("slug", request.args.get("value", "")).strip().lower()[:80]
    suggested = free_slug(name)
    value = suggested if typed in ("", request.args.get("suggested")) else typed
    problem = slugs.problem_with(value) if value else None
    if problem is None and value and is_taken(value):
        problem = "This address is taken."
    return render("communities/slug.html", "communities/_slug_field.html", value=value, suggested=suggested,
                  free=bool(value) and problem is None, messages=[problem] if problem else [], focus=False,
                  before=before, url=url)
