"""Addresses things had before: they lead to the present ones until somebody takes them over."""

from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from community.communities.models import SlugRedirect
from community.core.clock import now
from community.extensions import db


def keep_address(kind: str, community_id: int, *, old: str, target_id: int) -> None:
    """Lead an old address to what has another one now."""
    row = insert(SlugRedirect).values(kind=kind, community_id=community_id, old_slug=old, target_id=target_id,
                                      created_at=now())
    db.session.execute(row.on_conflict_do_nothing())
    db.session.execute(update(SlugRedirect).where(
        SlugRedirect.kind == kind, SlugRedirect.community_id == community_id, SlugRedirect.old_slug == old)
        .values(target_id=target_id).execution_options(synchronize_session=False))


def take_address(kind: str, community_id: int, slug: str) -> None:
    """Something has this address now: it leads nowhere else any more."""
    db.session.execute(delete(SlugRedirect).where(
        SlugRedirect.kind == kind, SlugRedirect.community_id == community_id, SlugRedirect.old_slug == slug)
        .execution_options(synchronize_session=False))


def lead_on(kind: str, community_id: int, *, gone_id: int, target_id: int | None) -> None:
    """What led to something that is gone leads to what took its place, or, None, nowhere."""
    where = (SlugRedirect.kind == kind, SlugRedirect.community_id == community_id, SlugRedirect.target_id == gone_id)
    statement = delete(SlugRedirect).where(*where) if target_id is None else update(SlugRedirect).where(*where).values(
        target_id=target_id)
    db.session.execute(statement.execution_options(synchronize_session=False))
