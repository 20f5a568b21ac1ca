"""Tags and categories: making, changing, ordering, merging. Only admins do; two at once are put in a row by locks."""

from __future__ import annotations

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from community.communities import policies, queries
from community.communities.changes import CategoryChanges, TagChanges
from community.communities.events import TaxonomyChanged
from community.communities.models import Category, Community, Tag, TopicCount
from community.communities.services.counting import add_topics
from community.communities.services.redirects import keep_address, lead_on, take_address
from community.communities.services.rows import here
from community.communities.services.topics import followers
from community.core.audit import audit
from community.core.authz import require
from community.core.errors import Conflict, Invalid, NotFound
from community.core.outbox import record
from community.core.text import slug_of
from community.core.viewer import Viewer
from community.extensions import db

MOST_CATEGORIES = 500
MOST_TAGS = 5_000
DEEPEST = 3


def create_category(changes: CategoryChanges, *, by: Viewer) -> Category:
    """Make a category at the end of its siblings. Raises `Invalid`, also where there are too many."""
    require(policies.can_edit_taxonomy(by))
    tree = _locked_tree(by)
    if len(tree) >= MOST_CATEGORIES:
        raise Invalid(fields={"name": f"A community has at most {MOST_CATEGORIES} categories."})
    category = Category(community_id=here(by).id, slug=_free_slug(changes.name, tree), name=changes.name,
                        depth=_depth_below(changes.parent_id, tree), display_order=len(tree), parent_id=changes.parent_id,
                        description=changes.description, icon=changes.icon, is_active=changes.is_active)
    db.session.add(category)
    db.session.flush()
    _changed(by, "category.created", category.id, after={"name": category.name})
    return category


def change_category(number: int, changes: CategoryChanges, *, by: Viewer) -> Category:
    """Rename a category, describe it, put it below another one, or take it out of use.

    Raises `Invalid` where it would stand below itself or too deep.
    """
    require(policies.can_edit_taxonomy(by))
    tree = _locked_tree(by)
    category = _in(tree, number)
    below = _descendants(number, tree)
    if changes.parent_id in {number, *below}:
        raise Invalid(fields={"parent": "A category cannot stand below itself."})
    depth = _depth_below(changes.parent_id, tree)
    deepest = max([tree[one].depth for one in below], default=category.depth) - category.depth
    if depth + deepest > DEEPEST:
        raise Invalid(fields={"parent": "Categories stand three levels deep at most."})
    shift = depth - category.depth
    before: dict[str, object] = {"name": category.name, "parent_id": category.parent_id}
    for one in (number, *below):
        tree[one].depth += shift
    if changes.name != category.name:
        category.slug = _readdressed(category, changes.name, tree)
    category.name, category.parent_id, category.description = changes.name, changes.parent_id, changes.description
    category.icon, category.is_active = changes.icon, changes.is_active
    db.session.flush()
    _changed(by, "category.changed", number, before=before, after={"name": category.name, "parent_id": category.parent_id})
    return category


def move_category(number: int, step: int, *, by: Viewer) -> None:
    """Move a category up (-1) or down (1) among its siblings."""
    require(policies.can_edit_taxonomy(by))
    tree = _locked_tree(by)
    parent = _in(tree, number).parent_id
    siblings = sorted((one for one in tree.values() if one.parent_id == parent), key=lambda one: (one.display_order, one.id))
    at = next(index for index, one in enumerate(siblings) if one.id == number)
    siblings.insert(min(max(at + step, 0), len(siblings) - 1), siblings.pop(at))
    for index, one in enumerate(siblings):
        one.display_order = index
    _changed(by, "category.moved", number)


def delete_category(number: int, *, by: Viewer) -> None:
    """Delete a category: its posts and what stands below it move to its parent."""
    require(policies.can_edit_taxonomy(by))
    tree = _locked_tree(by)
    category = _in(tree, number)
    for one in _descendants(number, tree):
        tree[one].depth -= 1
    for child in (one for one in tree.values() if one.parent_id == number):
        child.parent_id = category.parent_id
    db.session.flush()
    followers().move_category(number, category.parent_id)
    rows = db.session.execute(delete(TopicCount).where(TopicCount.category_id == number).returning(
        TopicCount.space_id, TopicCount.post_count)).all()
    if category.parent_id is not None:
        for row in rows:
            add_topics(category.community_id, row.space_id, row.post_count, category_id=category.parent_id)
        tree[category.parent_id].post_count += category.post_count
    lead_on("CATEGORY", category.community_id, gone_id=number, target_id=category.parent_id)
    if category.parent_id is not None:
        keep_address("CATEGORY", category.community_id, old=category.slug, target_id=category.parent_id)
    name = category.name
    db.session.delete(category)
    db.session.flush()
    _changed(by, "category.deleted", number, before={"name": name})


def change_tag(number: int, changes: TagChanges, *, by: Viewer) -> Tag:
    """Rename a tag, describe it, and say which other words mean it. Raises `Invalid` for words that are taken."""
    require(policies.can_edit_taxonomy(by))
    place = here(by)
    tag = _locked_tags(place.id, number)[number]
    words = list(dict.fromkeys(word.lower() for word in changes.synonyms if word.lower() != changes.name.lower()))
    for name, wanted in (("name", [changes.name.lower()]), ("synonyms", words)):
        taken = _taken_words(place.id, wanted, apart_from=number)
        if taken:
            raise Invalid(fields={name: f"“{taken}” is a tag already, or means one."})
    before: dict[str, object] = {"name": tag.name}
    if changes.name != tag.name:
        keep_address("TAG", place.id, old=tag.slug, target_id=number)
        tag.slug = queries.free_tag_slug(place.id, changes.name, apart_from=number)
        take_address("TAG", place.id, tag.slug)
    tag.name, tag.description, tag.color, tag.icon = changes.name, changes.description, changes.color, changes.icon
    tag.group_name, tag.featured, tag.synonyms = changes.group_name, changes.featured, words
    db.session.flush()
    followers().touch_tag(number)
    _changed(by, "tag.changed", number, before=before, after={"name": tag.name})
    return tag


def merge_tags(source_id: int, into: str, *, by: Viewer) -> Tag:
    """Make one tag of two: the first becomes a word for the second, its posts get that, its address leads there.

    Raises `Invalid` for a name that is no other tag, and `Conflict` where one of both is gone meanwhile.
    """
    require(policies.can_edit_taxonomy(by))
    place = here(by)
    target_id = queries.tag_id_named(place.id, into)
    if target_id is None or target_id == source_id:
        raise Invalid(fields={"into": "Choose another tag of this community."})
    tags = _locked_tags(place.id, source_id, target_id)
    source, target = tags[source_id], tags[target_id]
    counts = followers().merge_tag(source_id, target_id)
    db.session.execute(delete(TopicCount).where(TopicCount.tag_id.in_((source_id, target_id))))
    if counts:
        db.session.execute(insert(TopicCount).values([
            {"community_id": place.id, "tag_id": target_id, "space_id": space_id, "post_count": n}
            for space_id, n in counts.items()]))
    target.post_count = sum(counts.values())
    target.synonyms = list(dict.fromkeys([*target.synonyms, source.name.lower(), *source.synonyms]))
    lead_on("TAG", place.id, gone_id=source_id, target_id=target_id)
    keep_address("TAG", place.id, old=source.slug, target_id=target_id)
    names = {"source": source.name, "target": target.name}
    db.session.delete(source)
    db.session.flush()
    _changed(by, "tag.merged", target_id, before=dict(names))
    return target


def _locked_tree(by: Viewer) -> dict[int, Category]:
    """The categories by id. One at a time changes the tree of a community."""
    place = here(by)
    db.session.execute(select(Community.id).where(Community.id == place.id).with_for_update(key_share=True))
    rows = db.session.scalars(select(Category).where(Category.community_id == place.id).order_by(Category.id)
                              .execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def _in(tree: dict[int, Category], number: int) -> Category:
    if number not in tree:
        raise NotFound
    return tree[number]


def _descendants(number: int, tree: dict[int, Category]) -> list[int]:
    below = [one.id for one in tree.values() if one.parent_id == number]
    return below + [deeper for one in below for deeper in _descendants(one, tree)]


def _depth_below(parent_id: int | None, tree: dict[int, Category]) -> int:
    if parent_id is None:
        return 1
    if parent_id not in tree:
        raise Invalid(fields={"parent": "Choose a category of this community."})
    if tree[parent_id].depth >= DEEPEST:
        raise Invalid(fields={"parent": "Categories stand three levels deep at most."})
    return tree[parent_id].depth + 1


def _free_slug(name: str, tree: dict[int, Category], *, apart_from: int = 0) -> str:
    taken, stem = {one.slug for one in tree.values() if one.id != apart_from}, slug_of(name)[:70]
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _readdressed(category: Category, name: str, tree: dict[int, Category]) -> str:
    slug = _free_slug(name, tree, apart_from=category.id)
    if slug != category.slug:
        keep_address("CATEGORY", category.community_id, old=category.slug, target_id=category.id)
        take_address("CATEGORY", category.community_id, slug)
    return slug


def _locked_tags(community_id: int, *numbers: int) -> dict[int, Tag]:
    rows = db.session.scalars(select(Tag).where(Tag.community_id == community_id, Tag.id.in_(numbers)).order_by(Tag.id)
                              .with_for_update().execution_options(populate_existing=True))
    found = {row.id: row for row in rows}
    if set(found) != set(numbers):
        raise NotFound if len(numbers) == 1 else Conflict("One of these tags was merged meanwhile.")
    return found


def _taken_words(community_id: int, words: list[str], *, apart_from: int) -> str | None:
    if not words:
        return None
    found = db.session.scalars(select(Tag).where(
        Tag.community_id == community_id, Tag.id != apart_from,
        or_(func.lower(Tag.name).in_(words), Tag.synonyms.overlap(words))).limit(1)).first()
    return next((word for word in words if found and word in (found.name.lower(), *found.synonyms)), None)


def _changed(by: Viewer, action: str, number: int, *, before: dict[str, object] | None = None,
             after: dict[str, object] | None = None) -> None:
    place = here(by)
    audit("UPDATE", action, (action.partition(".")[0], number), by=by, community_id=place.id, before=before, after=after)
    record(TaxonomyChanged(community_id=place.id, actor_user_id=by.user_id, what=action))
