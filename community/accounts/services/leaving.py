"""Leaving the site: asked for, taken back within two weeks, and done for good."""

from __future__ import annotations

import logging

from sqlalchemy import delete, or_, select, text, update

from community.accounts import policies
from community.accounts.events import UserAnonymised, UserDeletionCancelled, UserDeletionRequested, UserProfileUpdated
from community.accounts.models import AccountToken, Follow, Profile, ProfileView, User, UserStats
from community.accounts.queries import who_keep_apart
from community.accounts.services.cleaning import OWN_TABLES
from community.accounts.services.counting import lose_follows
from community.accounts.services.sessions import end_sessions
from community.accounts.services.tokens import promise_token, take_token
from community.core import broadcast, cache
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

log = logging.getLogger(__name__)

REQUEST = "CANCEL_DELETE"
"""The token that takes a deletion back. While it is open the deletion is pending; it is due when the token runs out."""
GONE_NAME = "Deleted user"
_KEPT = {"profiles", "user_stats"}
"""Rows that stay, empty: what the person wrote is shown through them."""


def request_deletion(*, at_once: bool = False, by: Viewer) -> None:
    """Delete the viewer's account, in two weeks or at once, and log it out everywhere.

    Raises `Conflict` for who alone owns a community, and for site administrators.
    """
    require(policies.can_act(by))
    require_recent(by)
    user = db.session.get_one(User, by.user_id, with_for_update=True)
    obstacle = policies.what_keeps(user.id)
    if obstacle:
        raise Conflict(obstacle)
    if user.site_role != "USER":
        raise Conflict("You administer this site. Give the role up first.")
    if at_once:
        erase(user)
        return
    token = promise_token(user, REQUEST)
    end_sessions(user.id, "DELETION_REQUESTED")
    record(UserDeletionRequested(user_id=user.id, token_id=token.id, actor_user_id=user.id))


def keep_account(token: str) -> User:
    """Take the deletion back by the link of its mail. Raises `Gone`."""
    _, user = take_token(token, REQUEST)
    record(UserDeletionCancelled(user_id=user.id, actor_user_id=user.id))
    return user


def erase_due() -> int:
    """Erase the accounts whose two weeks are over; returns how many. Safe to repeat.

    Whoever became the only owner of a community meanwhile waits until it has another one.
    """
    due = db.session.scalars(
        select(User).join(AccountToken, AccountToken.user_id == User.id)
        .where(AccountToken.purpose == REQUEST, AccountToken.used_at.is_(None), AccountToken.expires_at <= now(),
               User.status != "DELETED", User.site_role == "USER")
        .order_by(User.id).limit(100).with_for_update(of=User, skip_locked=True)).unique().all()
    free = [user for user in due if not policies.what_keeps(user.id)]
    if len(free) < len(due):
        log.warning("%d accounts wait to be erased until their communities have another owner", len(due) - len(free))
    for user in free:
        erase(user)
    return len(free)


def erase(user: User) -> None:
    """Take everything personal out of an account. What the person wrote stays, as that of a deleted user.

    The domains above hear of it and remove what they hold, each in a step of its own.
    """
    end_sessions(user.id, "DELETED")
    broadcast.bar_user(user.id)
    _part(user.id)
    for table in (*OWN_TABLES, "follows", "blocks", "mutes"):
        if table not in _KEPT:
            _remove_rows(table, user.id)
    db.session.execute(delete(ProfileView).where(or_(ProfileView.user_id == user.id, ProfileView.viewer_id == user.id)))
    for name, value in _nobody(user).items():
        setattr(user, name, value)
    _empty(user.id)
    db.session.flush()
    record(UserProfileUpdated(user_id=user.id, actor_user_id=user.id))
    record(UserAnonymised(user_id=user.id, actor_user_id=user.id))
    cache.raise_later(f"u:{user.id}")


_OWNERS = {"follows": ("follower_id", "followee_id"), "blocks": ("blocker_id", "blocked_id"),
           "mutes": ("muter_id", "muted_id")}


def _remove_rows(table: str, user_id: int) -> None:
    where = " OR ".join(f"{column} = :id" for column in _OWNERS.get(table, ("user_id",)))
    db.session.execute(text(f"DELETE FROM {table} WHERE {where}"), {"id": user_id})  # noqa: S608 - names of ours


def _part(user_id: int) -> None:
    """Nobody follows this person any more, and they follow nobody; those who kept apart forget it."""
    for other in who_keep_apart(user_id):
        cache.raise_later(f"u:{other}")
    active = select(Follow.follower_id, Follow.followee_id).where(
        Follow.status == "ACTIVE", or_(Follow.follower_id == user_id, Follow.followee_id == user_id))
    pairs = db.session.execute(active.with_for_update()).all()
    lose_follows(followers=[one for one, other in pairs if other == user_id],
                 followees=[other for one, other in pairs if one == user_id], user_id=user_id)
    for pair in pairs:
        cache.raise_later(f"u:{pair.follower_id}")


def _nobody(user: User) -> dict[str, object]:
    """The columns of an account that was erased."""
    return {
        "email": f"deleted_{user.id}@example.invalid", "username": f"deleted_user_{user.public_id.hex[-12:]}",
        "status": "DELETED", "status_reason": None, "status_expires_at": None, "site_role": "USER",
        "password_hash": None, "password_changed_at": None, "username_changed_at": None, "email_verified_at": None,
        "phone": None, "phone_verified_at": None, "is_verified": False, "verified_at": None, "creator_level": "NONE",
        "two_factor_enabled": False, "two_factor_secret": None, "two_factor_step": None, "timezone": "UTC",
        "preferred_language": "en", "last_seen_at": None, "last_login_at": None, "deleted_at": now(),
    }


def _empty(user_id: int) -> None:
    db.session.execute(update(Profile).where(Profile.user_id == user_id).values(
        display_name=GONE_NAME, bio="", bio_html="", location="", website="", social_links={}, youtube_channel_id=None,
        interests=[], skills=[], pronouns="", birthdate=None, avatar_media_id=None, avatar="", banner_media_id=None,
        banner="", showcased_post_ids=[], completeness=0, completed=False, theme="SYSTEM", theme_preference={}, privacy={}))
    db.session.execute(update(UserStats).where(UserStats.user_id == user_id).values(
        total_followers=0, total_following=0, profile_views=0))
