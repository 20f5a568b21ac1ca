"""The numbers of a person, changed in one order, so that nobody waits for each other in a circle."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update

from community.accounts.models import UserStats
from community.extensions import db


def count_follows(follower_ids: Sequence[int], followee_id: int, by: int) -> None:
    """Add `by` to the follows of each follower, and as often to the followers of whom they follow."""
    wanted = sorted({*follower_ids, followee_id})
    db.session.execute(select(UserStats.user_id).where(UserStats.user_id.in_(wanted)).order_by(UserStats.user_id)
                       .with_for_update())
    _add(list(follower_ids), {"total_following": UserStats.total_following + by})
    _add([followee_id], {"total_followers": UserStats.total_followers + by * len(follower_ids)})


def lose_follows(*, followers: Sequence[int], followees: Sequence[int], user_id: int) -> None:
    """One follow less for each of a person's followers, one follower less for each they followed."""
    wanted = sorted({*followers, *followees, user_id})
    db.session.execute(select(UserStats.user_id).where(UserStats.user_id.in_(wanted)).order_by(UserStats.user_id)
                       .with_for_update())
    _add(followers, {"total_following": UserStats.total_following - 1})
    _add(followees, {"total_followers": UserStats.total_followers - 1})


def _add(user_ids: Sequence[int], values: dict[str, object]) -> None:
    db.session.execute(update(UserStats).where(UserStats.user_id.in_(user_ids)).values(**values)
                       .execution_options(synchronize_session=False))
