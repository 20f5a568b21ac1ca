"""Whoever makes a request: the account, the membership in the community at hand, and its grants.

A guest is a viewer too. The records are plain data, so that they can be cached as one value; the domains that own the facts
fill them through the loaders registered here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from flask import Request, g, has_app_context

from community.core.account import Account
from community.core.clock import now
from community.core.relations import Relation

ROLES = ("MEMBER", "MODERATOR", "ADMIN", "OWNER")


@dataclass(frozen=True)
class Emoji:
    """A reaction the community at hand offers."""

    code: str
    label: str
    glyph: str
    counts_as_like: bool
    image: str = ""
    """The key of a picture, in place of a glyph."""
    is_active: bool = True
    """Retired ones are shown where they were given, and given no more."""


@dataclass(frozen=True)
class Place:
    """The community at hand."""

    id: int
    public_id: str
    name: str
    slug: str
    initials: str
    description: str
    hue: int
    visibility: str
    join_policy: str
    status: str
    member_count: int
    settings: dict[str, object]
    emoji: tuple[Emoji, ...] = ()
    avatar: str = ""
    banner: str = ""

    @property
    def url(self) -> str:
        return f"/c/{self.slug}/"


@dataclass(frozen=True)
class Membership:
    """The viewer's row in the community at hand, whatever its status."""

    id: int
    role: str
    status: str
    trust_level: str
    muted_until: dt.datetime | None
    is_new: bool = False
    """The first steps are still offered."""


@dataclass(frozen=True)
class Grant:
    """A space the viewer may know about. `readable` says whether its content may be read."""

    id: int
    public_id: str
    name: str
    slug: str
    icon: str
    description: str
    visibility: str
    posting_policy: str
    is_archived: bool
    readable: bool
    role: str | None
    is_member: bool
    url: str
    unread: bool = False
    banner: str = ""
    status: str = ""
    """The viewer's standing in it: ACTIVE, INVITED, PENDING, BANNED, LEFT or, without any, empty."""
    muted_until: dt.datetime | None = None
    join_approval: bool = False
    allowed_kinds: tuple[str, ...] = ()
    """Kinds of posts it takes; empty: all."""
    default_sort: str = "latest"
    color: str = ""

    @property
    def is_invited(self) -> bool:
        return self.status == "INVITED"

    @property
    def is_pending(self) -> bool:
        return self.status == "PENDING"

    @property
    def is_banned(self) -> bool:
        return self.status == "BANNED"

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > now()


@dataclass(frozen=True)
class Home:
    """One of the viewer's communities, for the switcher and the home feed."""

    id: int
    public_id: str
    name: str
    slug: str
    initials: str
    hue: int
    url: str
    avatar: str = ""


@dataclass(frozen=True)
class KeyAccess:
    """The API key a program came with: it never may more than its person, and nowhere but in its community, if it has one."""

    id: int
    permissions: tuple[str, ...]
    community_id: int | None


@dataclass(frozen=True)
class Viewer:
    """Who looks, and from where. Every rule of the product takes one."""

    user: Account | None = None
    key: KeyAccess | None = None
    """Set where a program asks in the person's place."""
    session_id: int | None = None
    confirmed_at: dt.datetime | None = None
    """When the person last proved who they are, in this session."""
    community: Place | None = None
    member: Membership | None = None
    spaces: tuple[Grant, ...] = ()
    communities: tuple[Home, ...] = ()
    relations: tuple[Relation, ...] = ()
    unread_notifications: int = 0
    marks: dict[str, object] = field(default_factory=dict)
    seen_as: str = ""
    """The role through whose eyes somebody of the staff looks; such a viewer changes nothing."""

    @property
    def is_guest(self) -> bool:
        return self.user is None

    @property
    def user_id(self) -> int | None:
        return self.user.id if self.user else None

    @property
    def is_site_admin(self) -> bool:
        return self.user is not None and self.user.is_site_admin

    def reaches(self, community_id: int) -> bool:
        """Whether a key, if there is one, works in this community."""
        return self.key is None or self.key.community_id in (None, community_id)

    @property
    def is_member(self) -> bool:
        """An active member of the community at hand, with an account that may write."""
        return (self.member is not None and self.member.status == "ACTIVE"
                and self.user is not None and self.user.is_verified)

    @property
    def reads_as_member(self) -> bool:
        """Suspended members read as before."""
        return (self.member is not None and self.member.status in ("ACTIVE", "SUSPENDED")
                and self.user is not None and self.user.status not in ("BANNED", "DELETED"))

    @property
    def is_muted(self) -> bool:
        return self.member is not None and self.member.muted_until is not None and self.member.muted_until > now()

    @property
    def rank(self) -> int:
        """0 for a member and everybody else, 1 moderator, 2 admin, 3 owner; the site administrator acts as owner."""
        if self.is_site_admin:
            return 3
        if self.member is None or not self.is_member or self.lacks_second_factor:
            return 0
        return ROLES.index(self.member.role)

    @property
    def lacks_second_factor(self) -> bool:
        """Has a role whose rights rest until two-step log-in or a passkey is there, because the place asks for it."""
        if self.user is None or self.user.second_factor:
            return False
        if self.user.needs_second_factor:
            return True
        asked = self.community is not None and self.community.settings.get("require_2fa_staff") is True
        return asked and self.member is not None and self.member.role != "MEMBER"

    @property
    def is_staff(self) -> bool:
        return self.rank >= 1

    @property
    def is_admin(self) -> bool:
        return self.rank >= 2

    @cached_property
    def readable_space_ids(self) -> tuple[int, ...]:
        return tuple(space.id for space in self.spaces if space.readable)

    def space(self, space_id: int | None) -> Grant | None:
        """The grant for a space, or None where the viewer may not know it."""
        return next((space for space in self.spaces if space.id == space_id), None)

    def space_by_slug(self, slug: str) -> Grant | None:
        return next((space for space in self.spaces if space.slug == slug), None)


_from_request: Callable[[Request, str | None], Viewer] | None = None
_for_community: Callable[[Viewer, int], Viewer] | None = None
_reader_in: Callable[[Viewer, int], Viewer] | None = None


def register(*, from_request: Callable[[Request, str | None], Viewer], for_community: Callable[[Viewer, int], Viewer],
             reader_in: Callable[[Viewer, int], Viewer] | None = None) -> None:
    """Tell how viewers are loaded; called once, by the domain that owns memberships."""
    global _from_request, _for_community, _reader_in
    _from_request, _for_community, _reader_in = from_request, for_community, reader_in or for_community


def load(request: Request, slug: str | None = None) -> Viewer:
    """The viewer of a request, in the community named by `slug`. Raises `NotFound` for a missing community."""
    if _from_request is None:
        raise RuntimeError("no loader of viewers is registered")
    return _from_request(request, slug)


def for_community(viewer: Viewer, community_id: int) -> Viewer:
    """The same person in another community; outside of requests for a slug (sockets, jobs)."""
    if _for_community is None:
        raise RuntimeError("no loader of viewers is registered")
    return _for_community(viewer, community_id)


def reader_in(viewer: Viewer, community_id: int) -> Viewer:
    """Like `for_community`, from the cache of the pages: for who only reads, never inside a transaction that writes."""
    if _reader_in is None:
        raise RuntimeError("no loader of viewers is registered")
    return _reader_in(viewer, community_id)


def current() -> Viewer | None:
    """The viewer of the request at hand; None outside of requests. For addresses and texts, never for rights."""
    return g.get("viewer") if has_app_context() else None


def unrelated(viewer: Viewer) -> Viewer:
    """The viewer as if they met everybody: for what is made once and shown to many."""
    return replace(viewer, relations=())


def elsewhere(viewer: Viewer) -> Viewer:
    """The viewer without a community at hand."""
    return replace(viewer, community=None, member=None, spaces=())
