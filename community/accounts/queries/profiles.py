"""Reading profiles: the person behind an address, as far as the viewer sees them, and searching people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import CompoundSelect, case, func, or_, select, union
from sqlalchemy.orm import joinedload

from community.accounts import policies
from community.accounts.models import FormerUsername, Profile, User, UserStats
from community.accounts.people import Person, Ties, person_columns, person_of
from community.accounts.privacy import Privacy
from community.accounts.queries.relations import ties as ties_of
from community.core.clock import now
from community.core.errors import Gone, NotFound
from community.core.ids import hue_index
from community.core.markdown import as_markup
from community.core.text import initials
from community.core.viewer import Viewer
from community.extensions import db

SOCIAL = (("mastodon", "Mastodon"), ("bluesky", "Bluesky"), ("twitter", "X (Twitter)"), ("instagram", "Instagram"),
          ("tiktok", "TikTok"), ("youtube", "YouTube"), ("discord", "Discord"), ("github", "GitHub"))
CANDIDATES = 300
BADGES = {"CREATOR": "Creator", "VERIFIED_CREATOR": "Verified creator"}


class Renamed(Exception):
    """The person has another name now."""

    def __init__(self, username: str) -> None:
        self.username = username
        super().__init__(username)


@dataclass(frozen=True)
class PersonPage:
    """A profile as its page shows it to one viewer; outside its visibility only `person`, `ties` and `badges` say much."""

    person: Person
    level: policies.Level
    ties: Ties
    privacy: Privacy
    badges: Sequence[str]
    banner: str
    bio_html: Markup
    pronouns: str
    location: str
    website: str
    links: Sequence[tuple[str, str]]
    interests: Sequence[str]
    skills: Sequence[str]
    birthday: dt.date | None
    joined_at: dt.datetime
    followers: int
    following: int
    showcased: Sequence[int]
    views: int | None
    """How often the profile was looked at; only its owner learns that."""
    is_own: bool = False

    @property
    def shows_people(self) -> bool:
        """Whether the viewer sees who follows, and who is followed."""
        return self.level == "whole" and (self.is_own or self.privacy.show_followers)

    @property
    def shows_comments(self) -> bool:
        return self.level == "whole" and (self.is_own or self.privacy.show_activity)


def get_person(viewer: Viewer, username: str) -> tuple[User, Ties, policies.Level]:
    """Somebody by username with how the viewer stands to them and how much they see of the profile.

    Raises `NotFound`, `Gone` for accounts that were deleted, and `Renamed` for a name somebody had until a while ago.
    """
    found = by_username(username)
    if found is None:
        current = _renamed(username)
        if current is not None:
            raise Renamed(current)
        if username.lower().startswith("deleted_user_"):
            raise Gone("This account was deleted.")
        raise NotFound
    ties = ties_of(viewer, found.id)
    level = policies.profile_level(viewer, found, ties)
    if level == "none":
        raise NotFound
    return found, ties, level


def by_username(username: str) -> User | None:
    """The account with this name and its profile, whoever asks: for taking back what one did to somebody."""
    return db.session.scalars(
        select(User).options(joinedload(User.profile))
        .where(func.lower(User.username) == username.lower(), User.deleted_at.is_(None))).first()


def person_page(viewer: Viewer, username: str) -> PersonPage:
    """A profile as the viewer sees it. Raises as `get_person`."""
    user, ties, level = get_person(viewer, username)
    profile, stats = user.profile, db.session.get(UserStats, user.id)
    is_own, whole = viewer.user_id == user.id, level == "whole"
    privacy = Privacy.of(profile.privacy)
    return PersonPage(
        person=_person(user), level=level, ties=ties, privacy=privacy, badges=_badges(user), is_own=is_own,
        banner=profile.banner if whole else "", bio_html=as_markup(profile.bio_html if whole else ""),
        pronouns=profile.pronouns if whole else "", location=profile.location if whole else "",
        website=profile.website if whole else "", links=_links(profile) if whole else (),
        interests=profile.interests if whole else (), skills=profile.skills if whole else (),
        birthday=profile.birthdate if whole and (privacy.show_birthdate or is_own) else None, joined_at=user.created_at,
        followers=stats.total_followers if stats else 0, following=stats.total_following if stats else 0,
        showcased=profile.showcased_post_ids if whole else (), views=stats.profile_views if stats and is_own else None)


def search_people(viewer: Viewer, q: str, *, limit: int = 20) -> Sequence[Person]:
    """People whose name or username has `q` in it, who begin with it first; without those the viewer does not meet."""
    q = " ".join(q.split()).lower()[:60]
    if not q:
        return []
    pattern = q.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    begins = or_(User.username.ilike(f"{pattern}%"), Profile.display_name.ilike(f"{pattern}%"))
    statement = (select(*person_columns()).join(Profile, Profile.user_id == User.id)
                 .where(User.id.in_(_candidates(q, f"{pattern}%" if len(q) < 3 else f"%{pattern}%")),
                        policies.listed_people(viewer), policies.not_hidden(viewer, User.id, surface="search", of="user"))
                 .order_by(case((func.lower(User.username) == q, 0), (begins, 1), else_=2), func.length(User.username),
                           User.id).limit(limit))
    return [person_of(row) for row in db.session.execute(statement)]


def _candidates(q: str, pattern: str) -> CompoundSelect[Any]:
    """A few hundred ids that may fit, out of the trigram indexes; short words are looked for at the beginning only."""
    exact = select(User.id).where(func.lower(User.username) == q)
    by_username = select(User.id).where(User.username.ilike(pattern)).limit(CANDIDATES)
    by_name = select(Profile.user_id).where(Profile.display_name.ilike(pattern)).limit(CANDIDATES)
    return union(exact, by_username.subquery().select(), by_name.subquery().select())


def _renamed(username: str) -> str | None:
    return db.session.scalar(
        select(User.username).join(FormerUsername, FormerUsername.user_id == User.id)
        .where(FormerUsername.username == username.lower(), FormerUsername.until > now(), User.deleted_at.is_(None)))


def _person(user: User) -> Person:
    profile = user.profile
    return Person(user_id=user.id, public_id=str(user.public_id), username=user.username, name=profile.display_name,
                  initials=initials(profile.display_name), hue_index=hue_index(user.id), url=f"/u/{user.username}",
                  avatar=profile.avatar)


def _badges(user: User) -> list[str]:
    found = ["Verified"] if user.is_verified else []
    if user.creator_level in BADGES:
        found.append(BADGES[user.creator_level])
    if user.site_role == "SITE_ADMIN":
        found.append("Staff of this site")
    return found


def _links(profile: Profile) -> list[tuple[str, str]]:
    return [(label, profile.social_links[name]) for name, label in SOCIAL if profile.social_links.get(name)]
