"""Where an import goes: a community that exists, or one that is made for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import User
from community.communities import services as communities
from community.communities import slugs
from community.communities.models import Community, Space
from community.communities.viewers import of_user
from community.core.errors import Conflict, Invalid, NotFound
from community.extensions import db


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator asked for. `owner` and `name` matter where the community has to be made."""

    slug: str
    owner: str | None = None
    name: str | None = None
    space: str = "general"


@dataclass(frozen=True, slots=True)
class Target:
    """The place imported posts go to."""

    community_id: int
    space_id: int
    slug: str


def find_or_make(wish: Wish) -> Target:
    """The target, made now where it is missing.

    Raises `Invalid` for an address no community can have, `Conflict` for a community or space that takes no posts, and
    `NotFound` where nobody is there to own a new one.
    """
    community = db.session.scalars(select(Community).where(Community.slug == wish.slug)).first() or _make(wish)
    if community.status != "ACTIVE" or community.deleted_at is not None:
        raise Conflict(f"The community {wish.slug} is locked or deleted.")
    space = db.session.scalars(select(Space).where(
        Space.community_id == community.id, Space.slug == wish.space, Space.deleted_at.is_(None))).first()
    if space is None or space.is_archived:
        raise Conflict(f"The community {wish.slug} has no open space “{wish.space}”. Name another one with --space.")
    return Target(community.id, space.id, community.slug)


def _make(wish: Wish) -> Community:
    problem = slugs.problem_with(wish.slug)
    if problem is not None:
        raise Invalid(f"“{wish.slug}” cannot be the address of a community. {problem}")
    name = wish.name or wish.slug.replace("-", " ").capitalize()
    return communities.create_community(by=of_user(_owner_id(wish.owner)), name=name, slug=wish.slug)


def _owner_id(username: str | None) -> int:
    """The account that will own the community: the one named, else the first site administrator."""
    statement = select(User.id).where(User.status == "ACTIVE").order_by(User.id).limit(1)
    if username is not None:
        found = db.session.scalar(statement.where(User.username == username.lower()))
        if found is None:
            raise NotFound(f"There is no active account “{username}” to own the community.")
        return found
    found = db.session.scalar(statement.where(User.site_role == "SITE_ADMIN"))
    if found is None:
        raise NotFound("There is no community with this address, and no site administrator to own a new one. "
                       "Name an account with --owner USERNAME.")
    return found
