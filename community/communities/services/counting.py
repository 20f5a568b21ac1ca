"""Counters of members, spaces and communities."""

from __future__ import annotations

import datetime as dt

from community.communities.models import Community, Member, Space
from community.communities.services.rows import tally


def count_post(member_id: int, community_id: int, space_id: int | None, by: int, *,
               at: dt.datetime | None = None) -> None:
    """Add to the posts of a member, a space and a community, in the present transaction."""
    tally(Member, member_id, post_count=by, active=("last_active_at", at))
    if space_id is not None:
        tally(Space, space_id, post_count=by)
    tally(Community, community_id, post_count=by, active=("last_activity_at", at))


def count_comment(member_id: int, community_id: int, by: int, *, at: dt.datetime | None = None) -> None:
    """Add to the comments of a member and a community, in the present transaction."""
    tally(Member, member_id, comment_count=by, active=("last_active_at", at))
    tally(Community, community_id, comment_count=by, active=("last_activity_at", at))


def count_reaction(giver_id: int, receiver_id: int | None, *, given: int, likes: int) -> None:
    """Add to the reactions a member gave and to the likes another received; in one order, or two would wait in a ring."""
    received = [(receiver_id, 0, likes)] if receiver_id is not None and likes else []
    for member_id, gave, got in sorted([(giver_id, given, 0), *received]):
        tally(Member, member_id, reaction_given_count=gave, like_received_count=got)
