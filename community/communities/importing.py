"""Members, tags and counts of a community that come from elsewhere."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slugify import slugify
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from community.communities.models import (
    Community,
    Member,
    MemberCount,
    MemberPeriod,
    Space,
    SpaceMember,
    Tag,
    TopicCount,
)
from community.core import bulk
from community.core.clock import now
from community.extensions import db

TAG_MAX, SLUG_MAX = 50, 60


@dataclass(frozen=True, slots=True)
class ImportedMember:
    user_id: int
    joined_at: dt.datetime
    last_active_at: dt.datetime | None = None


@dataclass(slots=True)
class Contributions:
    """What a batch adds to counters: numbers by member, space and tag id."""

    posts: dict[int, int] = field(default_factory=dict)
    comments: dict[int, int] = field(default_factory=dict)
    spaces: dict[int, int] = field(default_factory=dict)
    tags: dict[int, int] = field(default_factory=dict)
    topics: dict[tuple[int, int], int] = field(default_factory=dict)
    """By tag and space."""
    done: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Posts and comments by member and space."""
    latest: dt.datetime | None = None

    def add_post(self, member_id: int, space_id: int, tag_ids: Sequence[int], at: dt.datetime) -> None:
        self.posts[member_id] = self.posts.get(member_id, 0) + 1
        self.done.setdefault((member_id, space_id), [0, 0])[0] += 1
        self.spaces[space_id] = self.spaces.get(space_id, 0) + 1
        for tag_id in tag_ids:
            self.tags[tag_id] = self.tags.get(tag_id, 0) + 1
            self.topics[tag_id, space_id] = self.topics.get((tag_id, space_id), 0) + 1
        self.latest = max(at, self.latest or at)

    def add_comment(self, member_id: int, space_id: int, at: dt.datetime) -> None:
        self.comments[member_id] = self.comments.get(member_id, 0) + 1
        self.done.setdefault((member_id, space_id), [0, 0])[1] += 1
        self.latest = max(at, self.latest or at)


def add_members(community_id: int, members: Sequence[ImportedMember]) -> list[int]:
    """Make active members with an open period, in the spaces everybody joins; returns their ids in the same order."""
    if not members:
        return []
    ids = bulk.reserve_ids(Member, len(members))
    at = now()
    rows = list(zip(ids, members, strict=True))
    bulk.copy_rows(
        Member, ("id", "community_id", "user_id", "joined_at", "last_active_at", "created_at", "updated_at"),
        ((number, community_id, member.user_id, member.joined_at, member.last_active_at, member.joined_at, at)
         for number, member in rows))
    bulk.copy_rows(MemberPeriod, ("member_id", "started_at"), ((number, member.joined_at) for number, member in rows))
    spaces = list(db.session.scalars(
        select(Space.id).where(Space.community_id == community_id, Space.auto_join, Space.deleted_at.is_(None))
        .order_by(Space.id)))
    bulk.copy_rows(
        SpaceMember, ("community_id", "space_id", "member_id", "joined_at", "created_at", "updated_at"),
        ((community_id, space_id, number, member.joined_at, member.joined_at, at)
         for space_id in spaces for number, member in rows))
    for space_id in spaces:
        _add(Space, space_id, member_count=len(ids))
    _add(Community, community_id, member_count=len(ids))
    return ids


def tag_ids(community_id: int, wanted: Sequence[str]) -> dict[str, int]:
    """The tags with these names, by name in lower case; missing ones are made."""
    names = {name.lower(): name for name in wanted}
    known = db.session.execute(select(Tag.name, Tag.id).where(
        Tag.community_id == community_id, func.lower(Tag.name).in_(names)))
    found = {row.name.lower(): row.id for row in known}
    missing = [name for low, name in names.items() if low not in found]
    if missing:
        taken = select(Tag.slug).where(Tag.community_id == community_id)
        slugs = bulk.free_names([_slugs_of(name) for name in missing],
                                lambda wanted: list(db.session.scalars(taken.where(Tag.slug.in_(wanted)))))
        ids = bulk.reserve_ids(Tag, len(missing))
        bulk.copy_rows(Tag, ("id", "community_id", "name", "slug"),
                       ((number, community_id, name, slug) for number, name, slug in zip(ids, missing, slugs, strict=True)))
        found |= {name.lower(): number for name, number in zip(missing, ids, strict=True)}
    return found


def describe_tag(tag_id: int, description: str) -> bool:
    """Say what a tag is for, where nobody has said it yet; returns whether it was said."""
    statement = update(Tag).where(Tag.id == tag_id, Tag.description == "").values(description=description)
    return db.session.execute(
        statement.returning(Tag.id).execution_options(synchronize_session=False)).first() is not None


def count(community_id: int, made: Contributions) -> None:
    """Add to the counters of members, spaces, tags and the community, in the order in which the services lock them."""
    if made.latest is None:
        return
    bulk.add_each(Member, "post_count", made.posts)
    bulk.add_each(Member, "comment_count", made.comments)
    _count_in_spaces(community_id, made)
    bulk.add_each(Space, "post_count", made.spaces)
    bulk.add_each(Tag, "post_count", made.tags)
    if made.topics:
        rows = insert(TopicCount).values([
            {"community_id": community_id, "tag_id": tag_id, "space_id": space_id, "post_count": posts}
            for (tag_id, space_id), posts in sorted(made.topics.items())])
        db.session.execute(rows.on_conflict_do_update(
            constraint="uq_topic_counts", set_={"post_count": TopicCount.post_count + rows.excluded.post_count}))
    statement = update(Community).where(Community.id == community_id).values(
        post_count=Community.post_count + sum(made.posts.values()),
        comment_count=Community.comment_count + sum(made.comments.values()),
        last_activity_at=func.greatest(Community.last_activity_at, made.latest))
    db.session.execute(statement.execution_options(synchronize_session=False))


def _count_in_spaces(community_id: int, made: Contributions) -> None:
    rows = insert(MemberCount).values([
        {"community_id": community_id, "member_id": member_id, "space_id": space_id, "post_count": posts,
         "comment_count": comments} for (member_id, space_id), (posts, comments) in sorted(made.done.items())])
    db.session.execute(rows.on_conflict_do_update(constraint="uq_member_counts", set_={
        name: getattr(MemberCount, name) + rows.excluded[name] for name in ("post_count", "comment_count")}))


def _slugs_of(name: str) -> Iterator[str]:
    """`c`, `c-2`, `c-3`: `c++` and `c#` both ask for `c`."""
    slug = slugify(name, max_length=SLUG_MAX - 7) or "tag"
    yield slug
    for number in itertools.count(2):
        yield f"{slug}-{number}"


def _add(model: type[Community | Space], row_id: int, **changes: int) -> None:
    values = {column: getattr(model, column) + by for column, by in changes.items()}
    statement = update(model).where(model.id == row_id).values(values)
    db.session.execute(statement.execution_options(synchronize_session=False))
