"""Posts as rows of a feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, bindparam, column, func, or_, select, true, tuple_

from community.accounts.models import Profile, User
from community.accounts.people import person_columns
from community.accounts.policies import hidden_members, hidden_people, not_among, not_hidden
from community.communities.models import Community, Member, Space, Tag
from community.communities.policies import readable_communities
from community.communities.queries import joined_ids, member_ids, readable_space_ids
from community.core.clock import now
from community.core.viewer import Viewer
from community.extensions import db
from community.posts import policies
from community.posts.models import KINDS, Post, PostTag
from community.reactions.queries import codes_given

Statement = Select[*tuple[Any, ...]]
SORTS = {"latest": Post.published_at, "activity": Post.last_activity_at, "top": Post.top_score,
         "unanswered": Post.published_at}
PERIODS = {"day": 1, "week": 7, "month": 30, "year": 365}
NEWEST_COUNTED = 99


class Shape(NamedTuple):
    """Which clauses a feed's statement has; each shape is built once a process."""

    sort: str
    kind: bool
    tag: bool
    period: bool
    hides: bool
    categories: bool


@dataclass(frozen=True)
class Filters:
    """What narrows a feed; every field is an allow-listed value."""

    sort: str = "latest"
    kind: str | None = None
    tag: str | None = None
    period: str | None = None
    space_id: int | None = None
    author_id: int | None = None
    category_ids: tuple[int, ...] = ()

    @property
    def is_plain(self) -> bool:
        """The newest first, and nothing left out."""
        return self.sort == "latest" and not self.kind and not self.tag and not self.category_ids

    def shape(self, hidden: Sequence[int]) -> Shape:
        """What of the filters, and of whom the viewer does not meet, changes the statement."""
        return Shape(self.sort, self.kind is not None, self.tag is not None, self.period is not None, bool(hidden),
                     bool(self.category_ids))

    def values(self, hidden: Sequence[int]) -> dict[str, object]:
        """What the statement takes."""
        given: dict[str, object] = {"kind": self.kind, "tag": self.tag, "hidden": hidden or None}
        if self.period:
            given["since"] = now() - dt.timedelta(days=PERIODS[self.period])
        if self.category_ids:
            given["categories"] = self.category_ids
        return {name: value for name, value in given.items() if value is not None}

    def named(self) -> dict[str, object]:
        """What a cursor is bound to."""
        return {"kind": self.kind, "tag": self.tag, "period": self.period, "space": self.space_id,
                "author": self.author_id, "category": self.category_ids[0] if self.category_ids else None}


def filters_from(args: Any, *, default_sort: str = "latest", space_id: int | None = None) -> Filters:  # noqa: ANN401
    """Read the filters of an address; values that are not on the lists count as not given."""
    sort, kind, period = args.get("sort", ""), args.get("kind", "").upper(), args.get("period", "")
    return Filters(sort=sort if sort in SORTS else default_sort, kind=kind if kind in KINDS else None,
                   tag=args.get("tag") or None, period=period if period in PERIODS else None, space_id=space_id)


def community_feed(viewer: Viewer, filters: Filters, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of the community at hand, or of one of its spaces, as keys."""
    spaces = viewer.readable_space_ids
    if filters.space_id is not None:
        spaces = (filters.space_id,) if filters.space_id in spaces else ()
    place, hidden = viewer.community, hidden_members(viewer, "feed")
    statement = _community_statement(filters.shape(hidden), filters.space_id is not None, after is not None)
    given = filters.values(hidden) | {"community": place.id if place else 0, "spaces": spaces, "limit": limit + 1,
                                "members": [viewer.member.id] if viewer.member else []}
    return db.session.execute(statement, given | _position(after)).all()


def home_feed(viewer: Viewer, filters: Filters, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of the viewer's communities, as keys; a guest's are the public ones.

    Each community gives its own first page, so the cost grows with the communities, not with their posts.
    """
    ids = joined_ids(viewer)
    if not ids:
        return []
    hidden = hidden_members(viewer, "feed")
    given = filters.values(hidden) | {"homes": list(ids), "spaces": readable_space_ids(viewer, ids), "limit": limit + 1,
                                "members": member_ids(viewer)}
    return db.session.execute(_home_statement(filters.shape(hidden), after is not None), given | _position(after)).all()


def posts_by(viewer: Viewer, user_id: int, *, limit: int, after: tuple[Any, int] | None) -> Sequence[Any]:
    """One more than `limit` posts of a person, in every community the viewer reads, as keys."""
    if user_id in hidden_people(viewer, "feed"):
        return []
    mine = db.session.execute(
        select(Member.id, Member.community_id).join(Community, Community.id == Member.community_id)
        .where(Member.user_id == user_id, readable_communities(viewer))).all()
    if not mine:
        return []
    spaces = readable_space_ids(viewer, [row.community_id for row in mine])
    statement = card_keys().where(Post.author_id.in_([row.id for row in mine]), policies.listed_posts(),
                              or_(Post.space_id.is_(None), Post.space_id.in_(spaces)))
    given = {"limit": limit + 1, "members": member_ids(viewer)} | _position(after)
    return db.session.execute(_paged(statement, "latest", after is not None), given).all()


def card_rows(post_ids: Sequence[int]) -> Sequence[Any]:
    """What cards show of these posts, which the viewer was found to read."""
    return db.session.execute(_rows().where(Post.id.in_(post_ids))).all()


def count_newer(viewer: Viewer, since: dt.datetime, *, space_id: int | None = None) -> int:
    """How many posts by others were published since, of those the viewer reads; at most 99."""
    ids = [viewer.community.id] if viewer.community else joined_ids(viewer)
    spaces = viewer.readable_space_ids if viewer.community else readable_space_ids(viewer, ids)
    where = [policies.listed_posts(), Post.published_at > since, Post.community_id.in_(ids),
             not_hidden(viewer, Post.author_id, surface="feed")]
    where.append(Post.space_id == space_id if space_id else or_(Post.space_id.is_(None), Post.space_id.in_(spaces)))
    own = [viewer.member.id] if viewer.member else member_ids(viewer) if viewer.community is None else []
    if own:
        where.append(Post.author_id.not_in(own))
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


@lru_cache(maxsize=200)
def _community_statement(shape: Shape, in_space: bool, further: bool) -> Statement:
    spaces = Post.space_id.in_(bindparam("spaces", expanding=True))
    place = spaces if in_space else or_(Post.space_id.is_(None), spaces)
    statement = card_keys().where(Post.community_id == bindparam("community"), policies.listed_posts(), place,
                              *_narrowed(shape))
    return _paged(statement, shape.sort, further)


@lru_cache(maxsize=100)
def _home_statement(shape: Shape, further: bool) -> Statement:
    ids = bindparam("homes", type_=ARRAY(BigInteger))
    homes = func.unnest(ids).table_valued(column("home", BigInteger)).render_derived(name="homes")
    inner = select(Post.id).where(
        Post.community_id == homes.c.home, policies.listed_posts(),
        or_(Post.space_id.is_(None), Post.space_id.in_(bindparam("spaces", expanding=True))), *_narrowed(shape))
    first = _paged(inner, shape.sort, further).lateral("first")
    chosen = select(first.c.id).select_from(homes.join(first, true()))
    return _paged(card_keys().where(Post.id.in_(chosen)), shape.sort, further=False)


def _narrowed(shape: Shape) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if shape.sort == "unanswered":
        where += [Post.kind == "QUESTION", Post.accepted_comment_id.is_(None)]
    if shape.hides:
        where.append(not_among(Post.author_id))
    if shape.kind:
        where.append(Post.kind == bindparam("kind"))
    if shape.period and shape.sort == "top":
        where.append(Post.published_at > bindparam("since"))
    if shape.categories:
        where.append(Post.category_id.in_(bindparam("categories", expanding=True)))
    if shape.tag:
        tagged = (select(PostTag.post_id).join(Tag, Tag.id == PostTag.tag_id)
                  .where(Tag.slug == bindparam("tag"), Tag.community_id == Post.community_id, PostTag.post_id == Post.id))
        where.append(tagged.correlate(Post).exists())
    return where


def _paged(statement: Statement, sort: str, further: bool) -> Statement:
    key = SORTS[sort]
    if further:
        statement = statement.where(tuple_(key, Post.id) < tuple_(bindparam("after_key"), bindparam("after_id")))
    return statement.order_by(key.desc(), Post.id.desc()).limit(bindparam("limit"))


def _position(after: tuple[Any, int] | None) -> dict[str, Any]:
    return {"after_key": after[0], "after_id": after[1]} if after is not None else {}


def card_keys() -> Statement:
    """Enough to know a card by, and the viewer's own reactions; everything else is in the rendered card.

    A card is known by its post's revision and by its author's face, which changes without the post. (Subqueries are
    answered for the rows of the page alone, whatever the plan.)
    """
    face = (select(func.concat_ws("|", Profile.avatar, Profile.display_name)).join(Member, Member.user_id == Profile.user_id)
            .where(Member.id == Post.author_id).correlate(Post).scalar_subquery())
    return select(Post.id, Post.public_id, Post.rev, Post.published_at, Post.last_activity_at, Post.top_score,
                  codes_given("post", Post.id).label("own"), face.label("face"))


def _rows() -> Statement:
    return (select(
        Post.id, Post.public_id, Post.community_id, Post.space_id, Post.kind, Post.title, Post.slug, Post.excerpt, Post.rev,
        Post.comment_count, Post.view_count, Post.imported_score, Post.accepted_comment_id, Post.reading_minutes,
        Post.published_at, Space.name.label("space_name"), Space.slug.label("space_slug"), Space.icon.label("space_icon"),
        Community.slug.label("community_slug"),
        Community.name.label("community_name"), *person_columns())
        .select_from(Post).join(Member, Member.id == Post.author_id).join(User, User.id == Member.user_id)
        .join(Profile, Profile.user_id == User.id).join(Community, Community.id == Post.community_id)
        .outerjoin(Space, Space.id == Post.space_id))
