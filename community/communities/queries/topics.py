"""Tags and categories, with counts of what the viewer reads."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_

from community.communities import policies
from community.communities.models import Category, Tag, TopicCount
from community.communities.queries.spaces import moved_to
from community.core.authz import require
from community.core.errors import Moved, NotFound
from community.core.text import slug_of
from community.core.viewer import Viewer
from community.extensions import db


@dataclass(frozen=True)
class TagRow:
    """A tag with the posts the viewer reads."""

    id: int
    name: str
    slug: str
    description: str
    color: str
    icon: str
    group_name: str
    featured: bool
    posts: int
    url: str


@dataclass(frozen=True)
class CategoryRow:
    """A branch of the tree with the posts the viewer reads."""

    id: int
    parent_id: int | None
    depth: int
    name: str
    slug: str
    description: str
    icon: str
    is_active: bool
    posts: int
    url: str


def tags(viewer: Viewer, *, limit: int, after: tuple[Any, int] | None = None, q: str = "", all_of_them: bool = False,
         ) -> Sequence[TagRow]:
    """One more than `limit` tags, the most used first: those the viewer finds posts under, or, for admins, all of them."""
    if all_of_them:
        require(policies.can_edit_taxonomy(viewer))
    count = func.coalesce(func.sum(TopicCount.post_count), 0)
    statement = (select(Tag, count.label("posts"))
                 .outerjoin(TopicCount, (TopicCount.tag_id == Tag.id) & _counted(viewer))
                 .where(Tag.community_id == _place(viewer)).group_by(Tag.id).order_by(count.desc(), Tag.id.desc())
                 .limit(limit + 1))
    if q:
        statement = statement.where(Tag.name.icontains(q, autoescape=True))
    if not all_of_them:
        statement = statement.having(count > 0)
    if after is not None:
        statement = statement.having(tuple_(count, Tag.id) < tuple_(*after))
    return [_tag(viewer, tag, posts) for tag, posts in db.session.execute(statement)]


def get_tag(viewer: Viewer, slug: str) -> TagRow:
    """A tag the viewer finds posts under, or that is featured. Raises `NotFound`, and `Moved` for an address of before.

    One that stands only where the viewer does not read is as good as missing.
    """
    found = db.session.scalars(select(Tag).where(Tag.community_id == _place(viewer), Tag.slug == slug)).first()
    if found is None:
        now_at = db.session.get(Tag, moved_to("TAG", _place(viewer), slug) or 0)
        shown = _shown(viewer, now_at) if now_at is not None else None
        if shown is None:
            raise NotFound
        raise Moved(f"{_url(viewer)}tags/{slug}", shown.url)
    shown = _shown(viewer, found)
    if shown is None:
        raise NotFound
    return shown


def tag_row(viewer: Viewer, number: int) -> Tag:
    """A whole tag, for those who change it. Raises `NotFound`."""
    require(policies.can_edit_taxonomy(viewer))
    found = db.session.get(Tag, number)
    if found is None or found.community_id != _place(viewer):
        raise NotFound
    return found


def tag_id_named(community_id: int, name: str) -> int | None:
    """The id of the tag with this name, or with this word for it."""
    word = " ".join(name.split()).lstrip("#").lower()
    return db.session.scalar(select(Tag.id).where(
        Tag.community_id == community_id, or_(func.lower(Tag.name) == word, Tag.synonyms.contains([word])))
        .order_by((func.lower(Tag.name) == word).desc()).limit(1))


def free_tag_slug(community_id: int, name: str, *, apart_from: int) -> str:
    """An address made of a name that no other tag has."""
    stem = slug_of(name)[:56]
    taken = set(db.session.scalars(select(Tag.slug).where(
        Tag.community_id == community_id, Tag.id != apart_from, Tag.slug.startswith(stem, autoescape=True))))
    return next(slug for slug in itertools.chain([stem], (f"{stem}-{n}" for n in itertools.count(2))) if slug not in taken)


def categories(viewer: Viewer, *, all_of_them: bool = False) -> Sequence[CategoryRow]:
    """The tree from top to bottom: the active branches, or, for admins, all of them."""
    if all_of_them:
        require(policies.can_edit_taxonomy(viewer))
    count = func.coalesce(func.sum(TopicCount.post_count), 0)
    rows = db.session.execute(
        select(Category, count.label("posts"))
        .outerjoin(TopicCount, (TopicCount.category_id == Category.id) & _counted(viewer))
        .where(Category.community_id == _place(viewer)).group_by(Category.id)
        .order_by(Category.display_order, Category.id)).all()
    found = [CategoryRow(id=row.id, parent_id=row.parent_id, depth=row.depth, name=row.name, slug=row.slug,
                         description=row.description, icon=row.icon, is_active=row.is_active, posts=posts,
                         url=f"{_url(viewer)}categories/{row.slug}")
             for row, posts in rows if row.is_active or all_of_them]
    return _as_tree(found, None)


def get_category(viewer: Viewer, slug: str) -> CategoryRow:
    """An active category. Raises `NotFound`, and `Moved` for an address it had before."""
    tree = categories(viewer)
    found = next((one for one in tree if one.slug == slug), None)
    if found is None:
        number = moved_to("CATEGORY", _place(viewer), slug)
        now_at = next((one for one in tree if one.id == number), None)
        if now_at is None:
            raise NotFound
        raise Moved(f"{_url(viewer)}categories/{slug}", now_at.url)
    return found


def active_category(community_id: int, number: int) -> Category | None:
    """A category posts may be put into."""
    return db.session.scalars(select(Category).where(
        Category.id == number, Category.community_id == community_id, Category.is_active)
        .with_for_update(read=True, key_share=True)).first()


def branch(rows: Sequence[CategoryRow], number: int) -> list[int]:
    """A category and what stands below it, by id."""
    return [number, *(one for row in rows if row.parent_id == number for one in branch(rows, row.id))]


def _as_tree(rows: Sequence[CategoryRow], parent_id: int | None) -> list[CategoryRow]:
    return [one for row in rows if row.parent_id == parent_id for one in (row, *_as_tree(rows, row.id))]


def _counted(viewer: Viewer) -> ColumnElement[bool]:
    return or_(TopicCount.space_id.is_(None), TopicCount.space_id.in_(viewer.readable_space_ids))


def _shown(viewer: Viewer, tag: Tag) -> TagRow | None:
    posts = db.session.scalar(select(func.sum(TopicCount.post_count)).where(
        TopicCount.tag_id == tag.id, _counted(viewer))) or 0
    return _tag(viewer, tag, posts) if posts or tag.featured or viewer.is_admin else None


def _tag(viewer: Viewer, tag: Tag, posts: int) -> TagRow:
    return TagRow(id=tag.id, name=tag.name, slug=tag.slug, description=tag.description, color=tag.color, icon=tag.icon,
                  group_name=tag.group_name, featured=tag.featured, posts=posts, url=f"{_url(viewer)}tags/{tag.slug}")


def _place(viewer: Viewer) -> int:
    return viewer.community.id if viewer.community else 0


def _url(viewer: Viewer) -> str:
    return viewer.community.url if viewer.community else "/"
