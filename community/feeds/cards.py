"""Cards: a post in a feed, rendered once for everybody and kept by its revision, its author's face and the reactions offered."""

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


def cards(viewer: Viewer, keys: Sequence[Any]) -> list[Markup]:
    """The cards of a page of a feed, with the viewer's own marks. Only cards that changed are read and rendered."""
    palette = hash(viewer.community.emoji) if viewer.community else None
    known = {key.id: _rendered.get((key.public_id, key.rev, key.face, palette)) for key in keys}
    missing = [post_id for post_id, card in known.items() if card is None]
    made = _render(missing, viewer) if missing else {}
    shown: list[Markup] = []
    for key in keys:
        card = known[key.id]
        if card is None and key.id in made:
            rev, face, card = made[key.id]
            _keep((key.public_id, rev, face, palette), card)
        if card is not None:
            shown.append(pressed(card, [f"rx-post-{key.public_id}-{code}" for code in key.own]) if key.own else card)
    return shown


def _keep(key: tuple[object, ...], html: Markup) -> None:
    _rendered[key] = html
    if len(_rendered) > KEPT:
        _rendered.popitem(last=False)


def _render(post_ids: Sequence[int], viewer: Viewer) -> dict[int, tuple[int, str, Markup]]:
    """Revision, face and card of each post as it is now."""
    rows, tags = queries.card_rows(post_ids), queries.tags_of(post_ids)
    across = viewer.community is None
    emoji = viewer.community.emoji if viewer.community else default_emoji()
    targets = [Target(row.id, row.public_id, row.rev, f"/c/{row.community_slug}/p/{row.id}") for row in rows]
    bars = reactions.bars("post", targets, emoji)
    return {row.id: (row.rev, f"{row.user_avatar}|{row.display_name}",
                     fragment("feeds/_card.html", card=_card(row, bars[row.id], tags.get(row.id, []), across=across)))
            for row in rows}


def _card(row: Any, bar: Bar, tags: Sequence[tuple[str, str]], *, across: bool) -> Card:  # noqa: ANN401
    place = f"/c/{row.community_slug}/"
    space = f"{row.space_icon} {row.space_name}".strip() if row.space_name else ""
    return Card(
        public_id=str(row.public_id), rev=row.rev, url=f"{place}p/{row.id}-{row.slug}", title=row.title,
        excerpt=row.excerpt, kind=row.kind, kind_label=KIND_LABELS.get(row.kind, ""),
        is_answered=row.accepted_comment_id is not None, author=person_of(row),
        space_label=row.community_name if across else space,
        space_url=place if across else f"{place}s/{row.space_slug}/" if row.space_slug else "",
        published_at=row.published_at, comment_count=row.comment_count, view_count=row.view_count,
        score=row.imported_score, tags=[(name, f"{place}tags/{slug}") for name, slug in tags], bar=bar)

