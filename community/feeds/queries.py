"""Posts as rows of a feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, column, false, func, literal, or_, select, true, tuple_

from community.accounts.models import Profile, User
from community.accounts.people import person_columns
from community.communities.models import Community, Member, Space, Tag
from community.communities.queries import joined_ids, readable_space_ids
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies
from community.posts.models import KINDS, Post, PostTag

SORTS = {"latest": Post.published_at, "activity": Post.last_activity_at, "top": Post.top_score,
         "unanswered": Post.published_at}
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}
NEWEST_COUNTED = 99


@dataclass(frozen=True)
class Filters:
    """What narrows a feed; every field is an allow-listed value."""

    sort: str = "latest"
    kind: str | None = None
    tag: str | None = None
    period: str | None = None
    space_id: int | None = None
    author_id: int | None = None

    def named(self) -> dict[str, object]:
        """What a cursor is bound to."""
        return {"kind": self.kind, "tag": self.tag, "period": self.period, "space": self.space_id,
                "author": self.author_id}


def filters_from(args: Any, *, default_sort: str = "latest", space_id: int | None = None) -> Filters:  # noqa: ANN401
    """Read the filters of an address; values that are not on the lists count as not given."""
    sort, kind, period = args.get("sort", ""), args.get("kind", "").upper(), args.get("period", "")
    return Filters(sort=sort if sort in SORTS else default_sort, kind=kind if kind in KINDS else None,
                   tag=args.get("tag") or None, period=period if period in PERIODS else None, space_id=space_id)


def community_feed(viewer: Viewer, filters: Filters, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of the community at hand, or of one of its spaces."""
    place = viewer.community
    where = [Post.community_id == (place.id if place else 0), policies.listed_posts(),
             _in_spaces(viewer.readable_space_ids, filters.space_id), *_narrowed(filters)]
    return db.session.execute(_page(_rows().where(*where), filters, limit, after)).all()


def home_feed(viewer: Viewer, filters: Filters, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of the viewer's communities; a guest's are the public ones.

    Each community gives its own first page, so the cost grows with the communities, not with their posts.
    """
    ids = joined_ids(viewer)
    if not ids:
        return []
    spaces = readable_space_ids(viewer, ids)
    home_ids = literal(list(ids), ARRAY(BigInteger))
    homes = func.unnest(home_ids).table_valued(column("home", BigInteger)).render_derived(name="homes")
    inner = select(Post.id).where(Post.community_id == homes.c.home, policies.listed_posts(),
                                  _in_spaces(spaces, None), *_narrowed(filters))
    first = _page(inner, filters, limit, after).lateral("first")
    chosen = select(first.c.id).select_from(homes.join(first, true()))
    return db.session.execute(_page(_rows().where(Post.id.in_(chosen)), filters, limit, None)).all()


def posts_by(viewer: Viewer, user_id: int, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of a person, in every community the viewer reads."""
    mine = select(Member.community_id, Member.id).where(Member.user_id == user_id)
    memberships = db.session.execute(mine).all()
    if not memberships:
        return []
    spaces = readable_space_ids(viewer, [row.community_id for row in memberships])
    where = [Post.author_id.in_([row.id for row in memberships]), policies.listed_posts(), _in_spaces(spaces, None),
             Post.community_id.in_(_readable(viewer))]
    return db.session.execute(_page(_rows().where(*where), Filters(), limit, after)).all()


def count_newer(viewer: Viewer, since: dt.datetime, *, space_id: int | None = None) -> int:
    """How many posts by others were published since, of those the viewer reads; at most 99."""
    place = viewer.community
    where = [policies.listed_posts(), Post.published_at > since]
    if viewer.member is not None:
        where.append(Post.author_id != viewer.member.id)
    if place is not None:
        where += [Post.community_id == place.id, _in_spaces(viewer.readable_space_ids, space_id)]
    else:
        ids = joined_ids(viewer)
        where += [Post.community_id.in_(ids), _in_spaces(readable_space_ids(viewer, ids), None)]
    newest = select(Post.id).where(*where).limit(NEWEST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(newest)) or 0


def tags_of(post_ids: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
    """Name and slug of the tags of several posts."""
    found: dict[int, list[tuple[str, str]]] = {}
    if post_ids:
        rows = db.session.execute(select(PostTag.post_id, Tag.name, Tag.slug).join(Tag, Tag.id == PostTag.tag_id)
                                  .where(PostTag.post_id.in_(post_ids)).order_by(Tag.name))
        for post_id, name, slug in rows:
            found.setdefault(post_id, []).append((name, slug))
    return found


def key_of(sort: str, row: Any) -> Any:  # noqa: ANN401 - a row of a feed
    """The sort key of a row."""
    return {"activity": row.last_activity_at, "top": row.top_score}.get(sort, row.published_at)


def _readable(viewer: Viewer) -> Select[Any]:
    from community.communities.policies import readable_communities

    return select(Community.id).where(readable_communities(viewer))


def _in_spaces(space_ids: Sequence[int], only: int | None) -> ColumnElement[bool]:
    if only is not None:
        return Post.space_id == only if only in space_ids else false()
    return or_(Post.space_id.is_(None), Post.space_id.in_(space_ids))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filters.sort == "unanswered":
        where += [Post.kind == "QUESTION", Post.accepted_comment_id.is_(None)]
    if filters.kind:
        where.append(Post.kind == filters.kind)
    if filters.period and filters.sort == "top":
        where.append(Post.published_at > now() - dt.timedelta(days=PERIODS[filters.period]))
    if filters.tag:
        tagged = (select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id)
                  .where(Tag.slug == filters.tag, Tag.community_id == Post.community_id, PostTag.post_id == Post.id))
        where.append(tagged.correlate(Post).exists())
    return where


def _page(statement: Select[Any], filters: Filters, limit: int, after: tuple[Any, int] | None) -> Select[Any]:
    key = SORTS[filters.sort]
    if after is not None:
        statement = statement.where(tuple_(key, Post.id) < tuple_(*after))
    return statement.order_by(key.desc(), Post.id.desc()).limit(limit + 1)


def _rows() -> Select[Any]:
    return (select(
        Post.id, Post.public_id, Post.community_id, Post.space_id, Post.kind, Post.title, Post.slug, Post.excerpt, Post.rev,
        Post.comment_count, Post.view_count, Post.imported_score, Post.accepted_comment_id, Post.reading_minutes,
        Post.published_at, Post.last_activity_at, Post.top_score, Profile.updated_at.label("author_changed_at"),
        Space.name.label("space_name"), Space.slug.label("space_slug"), Space.icon.label("space_icon"),
        Space.version.label("space_version"), Community.slug.label("community_slug"),
        Community.name.label("community_name"), *person_columns())
        .select_from(Post).join(Member, Member.id == Post.author_id).join(User, User.id == Member.user_id)
        .join(Profile, Profile.user_id == User.id).join(Community, Community.id == Post.community_id)
        .outerjoin(Space, Space.id == Post.space_id))
