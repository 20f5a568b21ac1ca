"""Tags."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from community.communities import queries
from community.communities.models import Tag
from community.core.errors import Conflict
from community.core.text import slug_of
from community.extensions import db


def tag_ids(community_id: int, names: list[str], *, create: bool) -> list[int]:
    """The tags with these names, each once. Unknown ones are made, or left out where the author may not make tags."""
    found = {tag.name.lower(): tag.id for tag in queries.tags_named(community_id, names)}
    for name in (name for name in names if create and name.lower() not in found):
        found[name.lower()] = _make_tag(community_id, name)
    return list(dict.fromkeys(found[name.lower()] for name in names if name.lower() in found))


def _make_tag(community_id: int, name: str) -> int:
    """A new tag; where names differ in what addresses leave out ("C", "C++"), the later ones get a number."""
    for ending in ("", *(f"-{number}" for number in range(2, 1000))):
        tag = Tag(community_id=community_id, name=name, slug=slug_of(name)[:56] + ending)
        try:
            with db.session.begin_nested():
                db.session.add(tag)
            return tag.id
        except IntegrityError:
            if made_meanwhile := queries.tags_named(community_id, [name]):
                return made_meanwhile[0].id
    raise Conflict("There are too many tags that look like this one.")
