"""Counters of members, spaces and communities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from community.communities.models import Category, Community, Member, Space, Tag, TopicCount
from community.communities.services.rows import tally
from community.extensions import db


def count_post(member_id: int, community_id: int, space_id: int | None, by: int, *, at: dt.datetime | None = None,
               tag_ids: Sequence[int] = (), category_id: int | None = None) -> None:
    """Add to the posts of a member, a space, its tags and category and a community, in the present transaction."""
    tally(Member, member_id, post_count=by, active=("last_active_at", at))
    if space_id is not None:
        tally(Space, space_id, post_count=by)
    count_topics(community_id, space_id, by, tag_ids=tag_ids, category_id=category_id)
    tally(Community, community_id, post_count=by, active=("last_activity_at", at))


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


def count_comment(member_id: int, community_id: int, by: int, *, at: dt.datetime | None = None) -> None:
    """Add to the comments of a member and a community, in the present transaction."""
    tally(Member, member_id, comment_count=by, active=("last_active_at", at))
    tally(Community, community_id, comment_count=by, active=("last_activity_at", at))


def count_reaction(giver_id: int, receiver_id: int | None, *, given: int, likes: int) -> None:
    """Add to the reactions a member gave and to the likes another received; in one order, or two would wait in a ring."""
    received = [(receiver_id, 0, likes)] if receiver_id is not None and likes else []
    for member_id, gave, got in sorted([(giver_id, given, 0), *received]):
        tally(Member, member_id, reaction_given_count=gave, like_received_count=got)
