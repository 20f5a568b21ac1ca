"""Posts that come from elsewhere, with their history, their score and the times they had there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, DateTime, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from community.core import bulk
from community.core.clock import now
from community.core.markdown import RENDERER_VERSION, excerpt, reading_minutes, render, word_count
from community.core.text import slug_of
from community.extensions import db
from community.posts.models import Post, PostRelation, PostRevision, PostTag

TITLE_MAX, CONTENT_MAX, LOCK_REASON_MAX, NOTE_MAX = 200, 100_000, 200, 200


@dataclass(frozen=True, slots=True)
class ImportedRevision:
    """A text as it once stood. `editor_id` is a member, or nobody known."""

    editor_id: int | None
    title: str
    content: str
    tags: Sequence[str]
    note: str
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A published post. `score` is what readers gave it elsewhere; `locked_reason` closes its comments."""

    author_id: int
    kind: str
    title: str
    content: str
    tag_ids: Sequence[int]
    published_at: dt.datetime
    last_activity_at: dt.datetime
    last_edited_at: dt.datetime | None
    view_count: int
    score: int
    locked_reason: str | None
    revisions: Sequence[ImportedRevision]
    """In the order in which they were made; never empty."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one post: its id, and those of its revisions."""

    id: int
    revision_ids: Sequence[int]


def add_posts(community_id: int, space_id: int, posts: Sequence[ImportedPost]) -> list[Added]:
    """Publish posts as of the times they carry, in the same order. Publishes no event; counters are the caller's."""
    ids = bulk.reserve_ids(Post, len(posts))
    revision_ids = iter(bulk.reserve_ids(PostRevision, sum(len(post.revisions) for post in posts)))
    added = [Added(number, [next(revision_ids) for _ in post.revisions]) for number, post in zip(ids, posts, strict=True)]
    at = now()
    bulk.copy_rows(
        Post, POST_COLUMNS, ((new.id, community_id, space_id, *_values(post, at))
                             for new, post in zip(added, posts, strict=True)))
    bulk.copy_rows(
        PostRevision, ("id", "post_id", "version", "editor_id", "title", "content", "tags", "change_note", "created_at"),
        _revisions(added, posts))
    bulk.copy_rows(
        PostTag, ("community_id", "post_id", "tag_id"),
        ((community_id, new.id, tag_id) for new, post in zip(added, posts, strict=True) for tag_id in post.tag_ids))
    return added


def count_comments(added: Mapping[int, tuple[int, dt.datetime]]) -> None:
    """Add to the comments of posts: by the post's id how many came, and when the newest of them was written."""
    if not added:
        return
    ids = bulk.lock_each(Post, added)
    given = bulk.table_of(id=(BigInteger(), ids), number=(BigInteger(), [added[number][0] for number in ids]),
                          at=(DateTime(timezone=True), [added[number][1] for number in ids]))
    statement = update(Post).where(Post.id == given.c.id).values(
        comment_count=Post.comment_count + given.c.number, rev=Post.rev + 1,
        last_activity_at=func.greatest(Post.last_activity_at, given.c.at))
    db.session.execute(statement.execution_options(synchronize_session=False))


def accept_answers(accepted: Mapping[int, tuple[int, dt.datetime]]) -> None:
    """Mark comments as the accepted answers: by the post's id the comment's, and when it was accepted."""
    if not accepted:
        return
    ids = bulk.lock_each(Post, accepted)
    given = bulk.table_of(id=(BigInteger(), ids), comment=(BigInteger(), [accepted[number][0] for number in ids]),
                          at=(DateTime(timezone=True), [accepted[number][1] for number in ids]))
    statement = update(Post).where(Post.id == given.c.id).values(
        accepted_comment_id=given.c.comment, answered_at=given.c.at, rev=Post.rev + 1)
    db.session.execute(statement.execution_options(synchronize_session=False))


def accepted_in(post_ids: Collection[int]) -> set[int]:
    """The comments that are the accepted answers of these posts."""
    found = db.session.scalars(select(Post.accepted_comment_id).where(bulk.among(Post.id, post_ids)))
    return {number for number in found if number is not None}


def relate(community_id: int, pairs: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    """Relate posts to each other, in both directions; returns the ids of the relations by pair.

    `pairs` holds the place in the list of related posts, by pair of post ids; the lower place wins.
    """
    both: dict[tuple[int, int], int] = {}
    for (one, other), place in pairs.items():
        for pair in ((one, other), (other, one)):
            both[pair] = min(place, both.get(pair, place))
    if not both:
        return {}
    ordered = sorted(both)
    given = bulk.table_of(one=(BigInteger(), [pair[0] for pair in ordered]),
                          other=(BigInteger(), [pair[1] for pair in ordered]),
                          place=(BigInteger(), [both[pair] for pair in ordered]))
    statement = insert(PostRelation).from_select(
        ["community_id", "post_id", "related_post_id", "sort_order"],
        select(literal(community_id), given.c.one, given.c.other, given.c.place))
    db.session.execute(statement.on_conflict_do_update(
        index_elements=["post_id", "related_post_id"], set_={"sort_order": statement.excluded.sort_order},
        where=(PostRelation.relation_type == "RELATED") & (PostRelation.sort_order > statement.excluded.sort_order)))
    found = select(PostRelation.post_id, PostRelation.related_post_id, PostRelation.id).join(
        given, (PostRelation.post_id == given.c.one) & (PostRelation.related_post_id == given.c.other))
    return {(row.post_id, row.related_post_id): row.id for row in db.session.execute(found)}


POST_COLUMNS = (
    "id", "community_id", "space_id", "author_id", "kind", "status", "title", "slug", "content", "content_html",
    "content_hash", "renderer_version", "excerpt", "word_count", "reading_minutes", "allow_comments",
    "comments_locked_reason", "view_count", "imported_score", "top_score", "last_activity_at", "version",
    "current_revision", "published_at", "last_edited_at", "created_at", "updated_at")


def _values(post: ImportedPost, at: dt.datetime) -> tuple[object, ...]:
    html = render(post.content)
    words = word_count(html)
    versions = len(post.revisions)
    return (
        post.author_id, post.kind, "PUBLISHED", post.title, slug_of(post.title), post.content, html,
        hashlib.sha256(post.content.encode()).digest(), RENDERER_VERSION, excerpt(html), words, reading_minutes(words),
        post.locked_reason is None, post.locked_reason, post.view_count, post.score, post.score, post.last_activity_at,
        versions, versions, post.published_at, post.last_edited_at, post.published_at, at)


def _revisions(added: Sequence[Added], posts: Sequence[ImportedPost]) -> Iterator[tuple[object, ...]]:
    for new, post in zip(added, posts, strict=True):
        for version, (number, old) in enumerate(zip(new.revision_ids, post.revisions, strict=True), start=1):
            yield (number, new.id, version, old.editor_id, old.title, old.content, list(old.tags), old.note,
                   old.created_at)
