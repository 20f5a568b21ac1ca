"""How people present themselves, and what they show to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from community.accounts import names, policies, queries
from community.accounts.events import UserProfileUpdated
from community.accounts.models import FormerUsername, Profile, User
from community.accounts.privacy import Privacy
from community.core import cache
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Invalid
from community.core.markdown import render
from community.core.outbox import record
from community.core.transactions import savepoint
from community.core.viewer import Viewer
from community.extensions import db

RENAMED_EVERY = dt.timedelta(days=30)
RESERVED_FOR = dt.timedelta(days=90)


def update_profile(*, by: Viewer, display_name: str, bio: str, location: str, website: str, pronouns: str = "",
                   birthdate: dt.date | None = None, interests: Sequence[str] = (), skills: Sequence[str] = (),
                   social_links: Mapping[str, str] | None = None) -> None:
    """Change how one presents oneself."""
    require(policies.can_act(by))
    profile = _own_profile(by)
    profile.display_name, profile.location, profile.website = display_name, location, website
    profile.bio, profile.bio_html = bio, render(bio)
    profile.pronouns, profile.birthdate = pronouns, birthdate
    profile.interests, profile.skills = list(interests), list(skills)
    profile.social_links = {name: url for name, url in (social_links or {}).items() if url}
    _profile_changed(by)


def choose_theme(theme: str, *, by: Viewer) -> None:
    """Light, dark, or what the system says."""
    require(policies.can_act(by))
    _own_profile(by).theme = theme
    _profile_changed(by)


def choose_privacy(privacy: Privacy, *, by: Viewer) -> None:
    """Say what one shows to whom. Requests to follow that wait go on waiting when approval is switched off."""
    require(policies.can_act(by))
    _own_profile(by).privacy = privacy.stored()
    _profile_changed(by)


def choose_region(*, by: Viewer, language: str, timezone: str) -> None:
    """The language and the time zone one prefers."""
    require(policies.can_act(by))
    user = db.session.get_one(User, by.user_id)
    user.preferred_language, user.timezone = language, timezone
    _profile_changed(by)


def show_on_profile(post_ids: Sequence[int], *, by: Viewer) -> None:
    """The posts that stand on top of one's profile; the caller knows that they are one's own."""
    require(policies.can_act(by))
    _own_profile(by).showcased_post_ids = list(post_ids)
    _profile_changed(by)


def rename(username: str, *, by: Viewer) -> str:
    """Take another username, at most once in 30 days; the old one leads here and stays reserved for 90 days.

    Raises `Invalid` for a name that cannot be had, or too soon.
    """
    require(policies.can_write(by))
    user = db.session.get_one(User, by.user_id, with_for_update=True)
    at, old, username = now(), user.username, username.lower()
    if username == old.lower():
        return old
    if user.username_changed_at is not None and at < user.username_changed_at + RENAMED_EVERY:
        free = user.username_changed_at + RENAMED_EVERY
        raise Invalid(fields={"username": f"You changed it a short while ago. The next change is possible on {free:%d %B %Y}."})
    problem = names.problem_with(username) or (None if _may_take(user, username) else "This username is taken.")
    if problem:
        raise Invalid(fields={"username": problem})
    try:
        with savepoint():
            user.username, user.username_changed_at = username, at
            db.session.flush()
    except IntegrityError:
        raise Invalid(fields={"username": "This was taken a moment ago."}) from None
    _keep_former(user, old.lower(), username, until=at + RESERVED_FOR)
    _profile_changed(by)
    return username


def set_completeness(user_id: int) -> None:
    """Count how complete a profile is. Safe to repeat."""
    user = queries.with_profile(user_id)
    done = sum(points for points, _, is_there in completeness_of(user) if is_there)
    user.profile.completeness, user.profile.completed = done, done >= COMPLETED_AT


COMPLETED_AT = 80


def completeness_of(user: User) -> list[tuple[int, str, bool]]:
    """What makes a profile complete: points of a hundred, what it is, and whether it is there."""
    profile = user.profile
    return [
        (15, "a picture", bool(profile.avatar)), (15, "your name", bool(profile.display_name)),
        (15, "a few words about you", bool(profile.bio)), (10, "a banner", bool(profile.banner)),
        (10, "your place", bool(profile.location)),
        (10, "a website or another link", bool(profile.website or profile.social_links)),
        (10, "your interests", bool(profile.interests)),
        (10, "pronouns or skills", bool(profile.pronouns or profile.skills)),
        (5, "a confirmed e-mail address", user.is_verified_email),
    ]


def _may_take(user: User, username: str) -> bool:
    """Whether nobody else has the name or had it lately; one's own former name may be taken back."""
    if db.session.scalar(select(User.id).where(func.lower(User.username) == username, User.id != user.id)) is not None:
        return False
    return db.session.scalar(select(FormerUsername.user_id).where(
        FormerUsername.username == username, FormerUsername.until > now(), FormerUsername.user_id != user.id)) is None


def _keep_former(user: User, old: str, new: str, *, until: dt.datetime) -> None:
    db.session.execute(delete(FormerUsername).where(FormerUsername.username == new))
    values = {"user_id": user.id, "until": until}
    db.session.execute(insert(FormerUsername).values(username=old, **values)
                       .on_conflict_do_update(index_elements=["username"], set_=values))


def _own_profile(by: Viewer) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.user_id == by.user_id)).one()


def _profile_changed(by: Viewer) -> None:
    record(UserProfileUpdated(user_id=by.user_id or 0, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")
