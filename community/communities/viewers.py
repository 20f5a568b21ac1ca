"""Loading whoever looks: the account, the place, the grants; from one cached record, or a few statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace

from flask import Request, session
from sqlalchemy import and_, select

from community.accounts import keys, seen
from community.accounts.models import Profile, User
from community.accounts.queries import session_by_token
from community.accounts.queries.security import has_passkey
from community.communities import activity, policies
from community.communities.models import Community, Member
from community.communities.queries import auto_joined_ids, present_slug
from community.communities.related import as_relations, stored_relations
from community.communities.stored import as_place, stored_grants, stored_homes, stored_member, stored_place, with_times
from community.core import cache, limits, settings
from community.core.account import Account
from community.core.clock import now
from community.core.crypto import digest
from community.core.errors import LoginNeeded, Moved, NotFound
from community.core.keyed import is_keyed, key_of
from community.core.relations import Relation
from community.core.text import initials
from community.core.viewer import Emoji, Grant, Home, KeyAccess, Membership, Place, Viewer
from community.extensions import db

ACCOUNT_SECONDS = 24 * 3600
PLACE_SECONDS = 300
ACCOUNT_SHAPE = cache.shape_of(Account) + "+seen+confirmed"
PLACE_SHAPE = cache.shape_of(Place, Membership, Grant, Home, Emoji, Relation)
VIEW_AS = "view_as"
"""The entry of the cookie that says in which community somebody looks through the eyes of which role."""
parts: dict[str, Callable[[int], int]] = {}
"""Numbers a higher tier adds to the record, by the user's id: `unread_notifications`."""


def from_request(request: Request, slug: str | None) -> Viewer:
    """The viewer of a request in the community named by `slug`. Raises `NotFound` for a missing community."""
    if is_keyed(request):
        return _by_key(key_of(request), slug)
    token: str | None = session.get("_user_id")
    user_hint = _user_hint(token)
    account_key = f"session:{digest(token).hex()}" if token else None
    place_key, gens = _place_key(user_hint, slug)
    who = f"u{user_hint}" if user_hint else f"ip{limits.address()}"
    counter = limits.page_counter(who)
    fetched = cache.fetch(keys=[key for key in (account_key, place_key) if key], generations=gens, counter=counter)
    viewer = _signed_in(token, account_key, fetched, gens[:1])
    record = fetched.record(place_key, generations=gens, shape=PLACE_SHAPE) if viewer.user_id == user_hint else None
    if record is None:
        try:
            record = _place_record(viewer, slug)
        except NotFound:
            _lead_on(viewer, slug)
            raise
        if viewer.user_id == user_hint:
            cache.store(place_key, record, seconds=PLACE_SECONDS, fetched=fetched, generations=gens,
                        shape=PLACE_SHAPE)
    viewer = _placed(viewer, record)
    limits.check_pages(int(fetched.values.get(counter[0]) or 0), viewer)
    activity.note(viewer)
    return _through_other_eyes(viewer)


def _through_other_eyes(real: Viewer) -> Viewer:
    """The viewer of the role somebody of the staff chose to look through in this community, while they may."""
    chosen: dict[str, str] | None = session.get(VIEW_AS)
    if not chosen or real.community is None or chosen["slug"] != real.community.slug:
        return real
    if not policies.can_view_as(real, chosen["role"]):
        return real
    return policies.seen_as(real, chosen["role"], auto_joined_ids(real.community.id))


def _by_key(token: str, slug: str | None) -> Viewer:
    """The viewer of a program's request. Raises `LoginNeeded` for a key that does not count, and counts such tries."""
    found = keys.taken(token)
    if found is not None:
        key, user, profile = found
        account = account_of(user, profile, has_passkey=has_passkey(user.id))
        if account.status in ("ACTIVE", "PENDING_VERIFICATION"):
            viewer = Viewer(user=account, key=KeyAccess(key.id, tuple(key.permissions), key.community_id))
            return _placed(viewer, _kept_record(viewer, slug))
    counter = limits.page_counter(f"ip{limits.address()}")
    tries = cache.fetch(counter=counter).values.get(counter[0])
    limits.check_pages(int(tries or 0), Viewer())
    raise LoginNeeded("This API key is unknown, revoked or expired.")


def _lead_on(viewer: Viewer, slug: str | None) -> None:
    """An address a community had before leads to the present one, for whoever may know of it. Raises `Moved`."""
    present = present_slug(slug) if slug else None
    if present is not None and policies.can_know_community(_placed(viewer, _place_record(viewer, present))):
        raise Moved(f"/c/{slug}/", f"/c/{present}/")


def for_community(viewer: Viewer, community_id: int) -> Viewer:
    """The same person in another community. Raises `NotFound`."""
    return _placed(viewer, _place_record(viewer, _slug_of(community_id)))


def reader_in(viewer: Viewer, community_id: int) -> Viewer:
    """The same person in another community, from the record the pages there use. Raises `NotFound`.

    What is read is kept for others, so nothing uncommitted may be in sight.
    """
    return _placed(viewer, _kept_record(viewer, _slug_of(community_id)))


def _kept_record(viewer: Viewer, slug: str | None) -> dict:  # type: ignore[type-arg]
    key, gens = _place_key(viewer.user_id, slug)
    fetched = cache.fetch(keys=[key], generations=gens)
    record = fetched.record(key, generations=gens, shape=PLACE_SHAPE)
    if record is None:
        record = _place_record(replace(viewer, key=None), slug)
        cache.store(key, record, seconds=PLACE_SECONDS, fetched=fetched, generations=gens, shape=PLACE_SHAPE)
    return record


def of_user(user_id: int) -> Viewer:
    """A person as a viewer outside of any request: the recipient of a notification, the author of a command."""
    from community.accounts.queries import with_profile

    user = with_profile(user_id)
    return Viewer(user=account_of(user, user.profile, has_passkey=has_passkey(user.id)),
                  relations=as_relations(stored_relations(user_id, None)))


def account_of(user: User, profile: Profile, *, has_passkey: bool) -> Account:
    """The record of an account that viewers carry. A suspension that is over has ended, whatever the row still says."""
    status = user.status_at(now())
    until = user.status_expires_at if status == "SUSPENDED" else None
    second = user.two_factor_enabled or has_passkey
    is_admin = user.site_role == "SITE_ADMIN"
    return Account(
        id=user.id, public_id=str(user.public_id), username=user.username, display_name=profile.display_name,
        initials=initials(profile.display_name), status=status, site_role=user.site_role, theme=profile.theme,
        avatar=profile.avatar, status_reason=(user.status_reason or "") if status == "SUSPENDED" else "",
        status_until=int(until.timestamp()) if until else None, second_factor=second,
        needs_second_factor=is_admin and not second and settings.get("require_2fa_site_admins") is True)


def _slug_of(community_id: int) -> str:
    slug = db.session.scalar(select(Community.slug).where(Community.id == community_id, Community.deleted_at.is_(None)))
    if slug is None:
        raise NotFound
    return slug


def _place_key(user_id: int | None, slug: str | None) -> tuple[str, list[str]]:
    """Where the record of a person in a community is kept, and the generations it depends on."""
    return f"place:{user_id or 0}:{slug or ''}", [f"u:{user_id or 0}", f"c:{slug or ''}"]


def _user_hint(token: str | None) -> int | None:
    """The id in front of a session token; only a hint for cache keys, the token's hash decides."""
    head = (token or "").partition(".")[0]
    return int(head) if head.isdigit() else None


def _signed_in(token: str | None, key: str | None, fetched: cache.Fetched, gens: list[str]) -> Viewer:
    if token is None or key is None:
        return Viewer()
    record = fetched.record(key, generations=gens, shape=ACCOUNT_SHAPE)
    if record is None or dt.datetime.fromisoformat(record["expires_at"]) < now() or _is_over(record["account"]):
        found = session_by_token(token)
        if found is None:
            return Viewer()
        row, user, profile, has_key = found
        account = account_of(user, profile, has_passkey=has_key)
        record = {"session_id": row.id, "expires_at": row.expires_at.isoformat(), "account": asdict(account),
                  "seen": int(row.last_seen_at.timestamp()),
                  "confirmed_at": row.reauthenticated_at.isoformat() if row.reauthenticated_at else None}
        cache.store(key, record, seconds=ACCOUNT_SECONDS, fetched=fetched, generations=gens,
                    shape=ACCOUNT_SHAPE)
    account = Account(**record["account"])
    if account.status in ("BANNED", "DELETED"):
        return Viewer()
    at = int(now().timestamp())
    if at - record["seen"] > seen.NOTED_EVERY:
        seen.note(record["session_id"])
        session.modified = True  # the cookie lives on with the session
        cache.store(key, record | {"seen": at}, seconds=ACCOUNT_SECONDS, fetched=fetched, generations=gens,
                    shape=ACCOUNT_SHAPE)
    confirmed = record["confirmed_at"]
    return Viewer(user=account, session_id=record["session_id"],
                  confirmed_at=dt.datetime.fromisoformat(confirmed) if confirmed else None)


def _is_over(account: dict[str, object]) -> bool:
    """Whether a suspension ended since the record was made."""
    until = account["status_until"]
    return isinstance(until, int) and until <= now().timestamp()


def _place_record(viewer: Viewer, slug: str | None) -> dict:  # type: ignore[type-arg]
    record: dict = {"communities": [], "place": None, "member": None, "spaces": [], "relations": []}  # type: ignore[type-arg]
    for name, load in parts.items():
        record[name] = load(viewer.user.id) if viewer.user else 0
    if viewer.user is not None:
        record["communities"] = stored_homes(viewer)
    if slug is None:
        record["relations"] = stored_relations(viewer.user_id, None)
        return record
    row = db.session.execute(
        select(Community, Member).where(Community.slug == slug, Community.deleted_at.is_(None))
        .outerjoin(Member, and_(Member.community_id == Community.id, Member.user_id == (viewer.user_id or 0)))).first()
    if row is None:
        raise NotFound
    record["place"], record["member"] = stored_place(row[0]), stored_member(row[1])
    record["relations"] = stored_relations(viewer.user_id, row[0].id)
    record["spaces"] = stored_grants(_placed(viewer, record))
    return record


def _placed(viewer: Viewer, record: dict) -> Viewer:  # type: ignore[type-arg]
    if record["place"] and not viewer.reaches(record["place"]["id"]):
        raise NotFound
    member = record["member"]
    return replace(
        viewer, community=as_place(record["place"]) if record["place"] else None,
        member=Membership(**with_times(member)) if member else None,
        spaces=tuple(Grant(**with_times(grant)) for grant in record["spaces"]),
        communities=tuple(Home(**home) for home in record["communities"] if viewer.reaches(home["id"])),
        relations=as_relations(record["relations"]),
        **{name: record.get(name, 0) for name in parts})
