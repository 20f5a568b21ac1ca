"""Tags of posts: words become tags."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from community.communities import queries
from community.communities.models import Tag
from community.communities.services.taxonomy import MOST_TAGS
from community.core.errors import Conflict, Invalid
from community.core.text import slug_of
from community.extensions import db


def tag_ids(community_id: int, names: list[str], *, create: bool) -> list[int]:
    """The tags with these names, or that these words mean, each once, held until this transaction ends.

    Unknown ones are made, or left out where the author may not make tags.
    """
    words = [name.lower() for name in names]
    held = select(Tag.id, func.lower(Tag.name).label("word")).where(
        Tag.community_id == community_id, func.lower(Tag.name).in_(words)).order_by(Tag.id)
    found = {row.word: row.id for row in db.session.execute(held.with_for_update(read=True, key_share=True))}
    missing = [word for word in words if word not in found]
    if missing:  # asked after the first statement: what it waited for may have become a word for another tag
        meant = select(Tag.id, Tag.synonyms).where(Tag.community_id == community_id, Tag.synonyms.overlap(missing))
        for row in db.session.execute(meant.order_by(Tag.id).with_for_update(read=True, key_share=True)):
            found |= {word: row.id for word in row.synonyms if word in missing}
    for name in (name for name in names if create and name.lower() not in found):
        found[name.lower()] = _make_tag(community_id, name)
    return list(dict.fromkeys(found[word] for word in words if word in found))


def _make_tag(community_id: int, name: str) -> int:
    """A new tag; where names differ in what addresses leave out ("C", "C++"), the later ones get a number."""
    if (db.session.scalar(select(func.count()).select_from(Tag).where(Tag.community_id == community_id)) or 0) >= MOST_TAGS:
        raise Invalid(fields={"tags": f"This community has {MOST_TAGS:,} tags, and no room for “{name}”."})
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
