"""Keys for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from community.accounts import policies
from community.accounts.models import ApiKey, User
from community.accounts.models.credentials import KEY_PERMISSIONS
from community.accounts.queries.keys import MOST_KEYS, PREFIX, count_active_keys
from community.accounts.services.alerts import raise_alert
from community.core import crypto
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Invalid, NotFound
from community.core.viewer import Home, Viewer
from community.extensions import db

SHOWN = 11
"""How many characters of a key stay readable, to tell one from another."""


def create_key(name: str, *, permissions: Collection[str], community: Home | None, life: dt.timedelta | None,
               by: Viewer) -> str:
    """Make a key and return it: it is shown now and never again. `community`: the only place it works in.

    Raises `Invalid` with ten keys, and `NotConfirmed` for who has not proved a moment ago who they are.
    """
    require(policies.can_act(by))
    require_recent(by)
    user = db.session.scalars(select(User).where(User.id == by.user_id).with_for_update()).one()
    if count_active_keys(user.id) >= MOST_KEYS:
        raise Invalid(f"You have {MOST_KEYS} keys. Revoke one you no longer use first.")
    token, at = PREFIX + crypto.new_token(), now()
    db.session.add(ApiKey(
        user_id=user.id, community_id=community.id if community else None, name=name, prefix=token[:SHOWN],
        key_hash=crypto.digest(token), permissions=[one for one in KEY_PERMISSIONS if one in permissions], created_at=at,
        expires_at=at + life if life else None))
    raise_alert(user.id, "API_KEY_CREATED", f"“{name}” ({token[:SHOWN]}…) may act in your name.")
    return token


def revoke_key(key_id: int, *, by: Viewer) -> ApiKey:
    """End a key at once. Raises `NotFound`."""
    require(policies.can_act(by))
    key = db.session.get(ApiKey, key_id, with_for_update=True)
    if key is None or key.user_id != by.user_id or key.revoked_at is not None:
        raise NotFound
    key.revoked_at = now()
    return key
