"""How people present themselves."""

from __future__ import annotations

from sqlalchemy import select

from community.accounts import policies
from community.accounts.events import UserProfileUpdated
from community.accounts.models import Profile
from community.core import cache
from community.core.authz import require
from community.core.markdown import render
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


def update_profile(*, by: Viewer, display_name: str, bio: str, location: str, website: str) -> None:
    """Change how one presents oneself."""
    require(policies.can_act(by))
    profile = _own_profile(by)
    profile.display_name, profile.location, profile.website = display_name, location, website
    profile.bio, profile.bio_html = bio, render(bio)
    _profile_changed(by)


def choose_theme(theme: str, *, by: Viewer) -> None:
    """Light, dark, or what the system says."""
    require(policies.can_act(by))
    _own_profile(by).theme = theme
    _profile_changed(by)


def _own_profile(by: Viewer) -> Profile:
    return db.session.scalars(select(Profile).where(Profile.user_id == by.user_id)).one()


def _profile_changed(by: Viewer) -> None:
    record(UserProfileUpdated(user_id=by.user_id or 0, actor_user_id=by.user_id))
    cache.raise_later(f"u:{by.user_id}")
