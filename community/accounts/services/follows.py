"""Following people, and answering those who ask to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from community.accounts import policies, queries
from community.accounts.events import UserFollowed, UserFollowRequested, UserUnfollowed
from community.accounts.models import Follow, User
from community.accounts.privacy import Privacy
from community.accounts.services.apart import lock_pair
from community.accounts.services.counting import count_follows
from community.core import cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Invalid, NotFound, TooFast
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

A_DAY = 200
"""How many people somebody may start to follow within a day."""


def follow(user: User, *, by: Viewer) -> str:
    """Follow somebody, or ask to where they want to be asked; returns the follow's status. Following twice is no error.

    Raises `NotFound` for who may not be seen or blocked the viewer, `Invalid` for oneself, `TooFast` for too many.
    """
    require(policies.can_write(by))
    if by.user_id is None or by.user_id == user.id:
        raise Invalid("You cannot follow yourself.")
    ties = queries.ties(by, user.id)
    if policies.profile_level(by, user, ties) == "none" or ties.blocked_by:
        raise NotFound
    require(policies.can_follow(by, user, ties))
    lock_pair(by.user_id, user.id)
    if queries.is_blocked(by.user_id, user.id):
        raise NotFound
    if queries.follows_since_yesterday(by.user_id) >= A_DAY and queries.follow_of(by.user_id, user.id) is None:
        raise TooFast(3600, f"You can start to follow at most {A_DAY} people a day.")
    status = "PENDING" if Privacy.of(user.profile.privacy).follow_approval else "ACTIVE"
    made = db.session.execute(
        insert(Follow).values(follower_id=by.user_id, followee_id=user.id, status=status, created_at=now())
        .on_conflict_do_nothing().returning(Follow.id)).first()
    if made is None:
        found = queries.follow_of(by.user_id, user.id)
        return found.status if found else status
    if status == "PENDING":
        record(UserFollowRequested(user_id=user.id, follower_id=by.user_id, actor_user_id=by.user_id))
    else:
        count_follows([by.user_id], user.id, 1)
        record(UserFollowed(user_id=user.id, follower_id=by.user_id, actor_user_id=by.user_id))
    _changed(by.user_id)
    return status


def unfollow(user: User, *, by: Viewer) -> None:
    """Follow somebody no more, or withdraw the request."""
    require(policies.can_act(by))
    gone = db.session.execute(
        delete(Follow).where(Follow.follower_id == by.user_id, Follow.followee_id == user.id)
        .returning(Follow.status)).scalar()
    if gone == "ACTIVE" and by.user_id is not None:
        count_follows([by.user_id], user.id, -1)
        record(UserUnfollowed(user_id=user.id, follower_id=by.user_id, actor_user_id=by.user_id))
        _changed(by.user_id)


def choose_posts_told(user: User, wanted: bool, *, by: Viewer) -> None:
    """Be told of somebody's new posts, or not. Raises `NotFound` for who is not followed."""
    require(policies.can_act(by))
    found = queries.follow_of(by.user_id or 0, user.id)
    if found is None:
        raise NotFound
    found.notify_new_posts = wanted


def accept_follow(request_id: int, *, by: Viewer) -> None:
    """Let somebody follow who asked to. Raises `NotFound` for a request that is not there any more."""
    require(policies.can_write(by))
    if not _accept(by, only=request_id):
        raise NotFound


def accept_all(*, by: Viewer) -> int:
    """Let everybody follow who asked to; returns how many."""
    require(policies.can_write(by))
    return len(_accept(by))


def decline_follow(request_id: int, *, by: Viewer) -> None:
    """Say no; whoever asked is not told, and may ask again. Declining twice is no error."""
    require(policies.can_act(by))
    _decline(by, only=request_id)


def decline_all(*, by: Viewer) -> int:
    """Say no to everybody who asked; returns how many."""
    require(policies.can_act(by))
    return _decline(by)


def _accept(by: Viewer, *, only: int | None = None) -> Sequence[int]:
    statement = update(Follow).where(Follow.followee_id == by.user_id, Follow.status == "PENDING")
    if only is not None:
        statement = statement.where(Follow.id == only)
    accepted = db.session.execute(statement.values(status="ACTIVE").returning(Follow.follower_id)
                                  .execution_options(synchronize_session=False)).scalars().all()
    if accepted and by.user_id is not None:
        count_follows(accepted, by.user_id, 1)
    for follower in accepted:
        record(UserFollowed(user_id=by.user_id or 0, follower_id=follower, accepted=True, actor_user_id=by.user_id))
        _changed(follower)
    return accepted


def _decline(by: Viewer, *, only: int | None = None) -> int:
    statement = delete(Follow).where(Follow.followee_id == by.user_id, Follow.status == "PENDING")
    if only is not None:
        statement = statement.where(Follow.id == only)
    return len(db.session.execute(statement.returning(Follow.id)).all())


def _changed(follower_id: int) -> None:
    cache.raise_later(f"u:{follower_id}")
