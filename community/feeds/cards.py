"""Cards: a post in a feed, rendered once for everybody and kept by its revision."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from community.accounts.people import Person, person_of
from community.communities.queries import default_emoji
from community.core.fragments import fragment, pressed
from community.core.viewer import Viewer
from community.feeds import queries
from community.reactions import queries as reactions
from community.reactions.queries import Bar, Target

KEPT = 4000
KIND_LABELS = {"QUESTION": "Question", "BLOG": "Blog", "LIVE_BLOG": "Live blog", "POLL": "Poll", "VIDEO_REVIEW": "Video",
               "FAN_ART": "Fan art", "THEORY_THREAD": "Theory", "TUTORIAL": "Tutorial", "NEWS": "News"}
_rendered: OrderedDict[tuple[object, ...], Markup] = OrderedDict()


@dataclass(frozen=True)
class Card:
    """A post as a feed shows it."""

    dom_prefix = "post"
    public_id: str
    rev: int
    url: str
    title: str
    excerpt: str
    kind: str
    kind_label: str
    is_answered: bool
    author: Person
    space_label: str
    space_url: str
    published_at: dt.datetime
    comment_count: int
    view_count: int
    score: int | None
    tags: Sequence[tuple[str, str]]
    bar: Bar


def cards(viewer: Viewer, rows: Sequence[Any]) -> list[Markup]:
    """The cards of a page of a feed, with the viewer's own marks."""
    home = viewer.community is None
    keys = {row.id: (row.id, row.rev, row.author_changed_at, row.space_version, home) for row in rows}
    missing = [row for row in rows if keys[row.id] not in _rendered]
    made = _render(missing, viewer) if missing else {}
    for row in missing:
        _keep(keys[row.id], made[row.id])
    marks = reactions.own_marks(viewer, "post", {row.id: row.public_id for row in rows})
    shown = [made.get(row.id) or _rendered[keys[row.id]] for row in rows]
    return [_marked(html, str(row.public_id), marks) for html, row in zip(shown, rows, strict=True)]


def _marked(html: Markup, public_id: str, marks: list[str]) -> Markup:
    own = [mark for mark in marks if public_id in mark]
    return pressed(html, own) if own else html


def _keep(key: tuple[object, ...], html: Markup) -> None:
    _rendered[key] = html
    if len(_rendered) > KEPT:
        _rendered.popitem(last=False)


def _render(rows: Sequence[Any], viewer: Viewer) -> dict[int, Markup]:
    tags = queries.tags_of([row.id for row in rows])
    emoji = viewer.community.emoji if viewer.community else default_emoji()
    targets = [Target(row.id, row.public_id, row.rev, f"/c/{row.community_slug}/p/{row.id}/react") for row in rows]
    bars = reactions.bars("post", targets, emoji)
    home = viewer.community is None
    return {row.id: fragment("feeds/_card.html", card=_card(row, bars[row.id], tags.get(row.id, []), home=home))
            for row in rows}


def _card(row: Any, bar: Bar, tags: Sequence[tuple[str, str]], *, home: bool) -> Card:  # noqa: ANN401
    place = f"/c/{row.community_slug}/"
    space = f"{row.space_icon} {row.space_name}".strip() if row.space_name else ""
    return Card(
        public_id=str(row.public_id), rev=row.rev, url=f"{place}p/{row.id}-{row.slug}", title=row.title,
        excerpt=row.excerpt, kind=row.kind, kind_label=KIND_LABELS.get(row.kind, ""),
        is_answered=row.accepted_comment_id is not None, author=person_of(row),
        space_label=row.community_name if home else space,
        space_url=place if home else f"{place}s/{row.space_slug}/" if row.space_slug else "",
        published_at=row.published_at, comment_count=row.comment_count, view_count=row.view_count,
        score=row.imported_score, tags=[(name, f"{place}?tag={slug}") for name, slug in tags], bar=bar)

