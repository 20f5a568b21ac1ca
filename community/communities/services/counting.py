"""Counters of members, spaces and communities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from community.communities.models import Category, Community, Member, MemberCount, Space, SpaceMember, Tag, TopicCount
from community.communities.services.rows import tally
from community.extensions import db


def count_post(member_id: int, community_id: int, space_id: int | None, by: int, *, at: dt.datetime | None = None,
               tag_ids: Sequence[int] = (), category_id: int | None = None) -> None:
    """Add to the posts of a member, a space, its tags and category and a community, in the present transaction."""
    tally(Member, member_id, post_count=by, active=("last_active_at", at))
    _count_in_space(community_id, member_id, space_id, post_count=by)
    if space_id is not None:
        tally(Space, space_id, post_count=by)
    count_topics(community_id, space_id, by, tag_ids=tag_ids, category_id=category_id)
    tally(Community, community_id, post_count=by, active=("last_activity_at", _when_open(space_id, at)))


def count_topics(community_id: int, space_id: int | None, by: int, *, tag_ids: Sequence[int] = (),
                 category_id: int | None = None) -> None:
    """Add to the posts of tags and of a category, in all and within a space; in the order of their ids, or two would wait
    in a ring."""
    for tag_id in sorted(tag_ids):
        tally(Tag, tag_id, post_count=by)
        add_topics(community_id, space_id, by, tag_id=tag_id)
    if category_id is not None:
        tally(Category, category_id, post_count=by)
        add_topics(community_id, space_id, by, category_id=category_id)


def move_topic_counts(space_id: int, target_id: int | None) -> None:
    """What was counted in a space that is gone counts where its posts are now."""
    rows = db.session.execute(delete(TopicCount).where(TopicCount.space_id == space_id).returning(
        TopicCount.community_id, TopicCount.tag_id, TopicCount.category_id, TopicCount.post_count))
    for row in sorted(rows, key=lambda row: (row.tag_id or 0, row.category_id or 0)):
        add_topics(row.community_id, target_id, row.post_count, tag_id=row.tag_id, category_id=row.category_id)


def add_topics(community_id: int, space_id: int | None, by: int, *, tag_id: int | None = None,
               category_id: int | None = None) -> None:
    """Add to the posts of one tag or category in one space."""
    row = insert(TopicCount).values(community_id=community_id, space_id=space_id, tag_id=tag_id, category_id=category_id,
                                    post_count=by)
    db.session.execute(row.on_conflict_do_update(
        constraint="uq_topic_counts", set_={"post_count": TopicCount.post_count + row.excluded.post_count}))


def move_member_counts(space_id: int, target_id: int | None) -> None:
    """What members did in a space that is gone counts where its posts are now."""
    rows = db.session.execute(delete(MemberCount).where(MemberCount.space_id == space_id).returning(
        MemberCount.community_id, MemberCount.member_id, MemberCount.post_count, MemberCount.comment_count,
        MemberCount.like_count))
    for row in sorted(rows, key=lambda row: row.member_id):
        _count_in_space(row.community_id, row.member_id, target_id, post_count=row.post_count,
                        comment_count=row.comment_count, like_count=row.like_count)


def count_comment(member_id: int, community_id: int, space_id: int | None, by: int, *, at: dt.datetime | None = None) -> None:
    """Add to the comments of a member, there and in all, and of a community, in the present transaction."""
    tally(Member, member_id, comment_count=by, active=("last_active_at", at))
    _count_in_space(community_id, member_id, space_id, comment_count=by)
    tally(Community, community_id, comment_count=by, active=("last_activity_at", _when_open(space_id, at)))


def count_reaction(giver_id: int, receiver_id: int | None, community_id: int, space_id: int | None, *, given: int,
                   likes: int) -> None:
    """Add to the reactions a member gave and to the likes another received; in one order, or two would wait in a ring."""
    received = [(receiver_id, 0, likes)] if receiver_id is not None and likes else []
    for member_id, gave, got in sorted([(giver_id, given, 0), *received]):
        tally(Member, member_id, reaction_given_count=gave, like_received_count=got)
        if got:
            _count_in_space(community_id, member_id, space_id, like_count=got)


def recompute_contributions() -> int:
    """Bring the contribution of every member of a space up to date; returns how many changed."""
    points = 5 * MemberCount.post_count + 2 * MemberCount.comment_count + MemberCount.like_count
    changed = db.session.execute(
        update(SpaceMember).where(SpaceMember.space_id == MemberCount.space_id, SpaceMember.member_id == MemberCount.member_id,
                                  SpaceMember.contribution != func.greatest(points, 0))
        .values(contribution=func.greatest(points, 0)).execution_options(synchronize_session=False))
    return int(changed.rowcount)  # type: ignore[attr-defined]


def _count_in_space(community_id: int, member_id: int, space_id: int | None, **changes: int) -> None:
    row = insert(MemberCount).values(community_id=community_id, member_id=member_id, space_id=space_id, **changes)
    db.session.execute(row.on_conflict_do_update(constraint="uq_member_counts", set_={
        name: getattr(MemberCount, name) + row.excluded[name] for name in changes}))


def _when_open(space_id: int | None, at: dt.datetime | None) -> dt.datetime | ColumnElement[dt.datetime] | None:
    """A time that shows where everybody looks only when everybody may know of what happened then."""
    if at is None or space_id is None:
        return at
    is_open = select(Space.id).where(Space.id == space_id, Space.visibility == "PUBLIC").exists()
    return case((is_open, at), else_=Community.last_activity_at)
