"""Many posts at once, without the services: what feeds are read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import insert

from community.core.clock import now
from community.extensions import db
from community.posts.models import Post
from tests.cast import Person, PlaceFacts

MINUTE = dt.timedelta(minutes=1)


def seed(place: PlaceFacts, author: Person, amount: int, *, space: PlaceFacts | None = None,
         more: Callable[[int], dict[str, object]] = lambda number: {}) -> list[str]:  # fmt: skip
    """Posts a minute apart, the last one a minute ago; `more` gives further columns by number. Returns their titles."""
    at = now()
    rows = [
        {"community_id": place.id, "space_id": space.id if space else None, "author_id": author.member_id,
         "status": "PUBLISHED", "title": f"Seed {number}", "slug": f"seed-{number}", "content": "Text.",
         "content_html": "<p>Text.</p>", "content_hash": b"", "excerpt": "Text.", "current_revision": 1,
         "published_at": at - MINUTE * (amount - number), "last_activity_at": at - MINUTE * (amount - number),
         "created_at": at, **more(number)}
        for number in range(amount)
    ]  # fmt: skip
    db.session.execute(insert(Post), rows)
    db.session.commit()
    return [str(row["title"]) for row in rows]
