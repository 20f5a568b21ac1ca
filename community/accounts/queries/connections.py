"""Reading the accounts elsewhere that people log in by."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from community.accounts.models import OAuthAccount
from community.accounts.oauth.identity import Identity
from community.core.viewer import Viewer
from community.extensions import db


def own_connections(viewer: Viewer) -> Sequence[OAuthAccount]:
    """The viewer's accounts elsewhere, oldest first."""
    statement = select(OAuthAccount).where(OAuthAccount.user_id == viewer.user_id).order_by(OAuthAccount.id)
    return db.session.scalars(statement).all()


def linked_to(identity: Identity, *, lock: bool = False) -> OAuthAccount | None:
    """The link of an account elsewhere to one of ours."""
    statement = select(OAuthAccount).where(OAuthAccount.provider == identity.provider,
                                           OAuthAccount.provider_account_id == identity.account_id)
    return db.session.scalars(statement.with_for_update() if lock else statement).first()
