"""Deleting a community, with a time of grace, and bringing it back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from community.communities import policies, queries
from community.communities.events import CommunityDeleted, CommunityRestored
from community.communities.models import Community
from community.communities.services.rows import here
from community.core import broadcast, cache, purging
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Invalid
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

GRACE = dt.timedelta(days=30)


def delete_community(slug: str, *, by: Viewer) -> Community:
    """Shut the community; after 30 days it is gone for good. `slug` is typed as a proof that this one is meant."""
    require(policies.can_own(by))
    require_recent(by)
    community = db.session.get_one(Community, here(by).id, with_for_update=True)
    if slug.strip().lower() != community.slug:
        raise Invalid(fields={"slug": f"Type {community.slug} to confirm."})
    if community.status == "LOCKED":
        return community
    community.status, community.deletes_at = "LOCKED", now() + GRACE
    _changed(community, "community.deleted", by)
    record(CommunityDeleted(community_id=community.id, actor_user_id=by.user_id))
    return community


def restore_community(*, by: Viewer) -> Community:
    """Open a community again whose deletion was asked for. Raises `Conflict` where it is not shut."""
    require(policies.can_own(by))
    community = db.session.get_one(Community, here(by).id, with_for_update=True)
    if community.status != "LOCKED":
        raise Conflict("This community is open.")
    community.status, community.deletes_at = "ACTIVE", None
    _changed(community, "community.restored", by)
    record(CommunityRestored(community_id=community.id, actor_user_id=by.user_id))
    return community


def purge_one() -> int:
    """Remove for good what belongs to one community whose grace is over; the audit log stays. Returns the rows removed."""
    community = db.session.scalars(
        select(Community).where(Community.status == "LOCKED", Community.deletes_at <= now())
        .order_by(Community.id).limit(1).with_for_update(skip_locked=True)).first()
    if community is None:
        return 0
    cache.raise_later(f"c:{community.slug}")
    community.avatar_media_id = community.banner_media_id = None
    community.status, community.deleted_at, community.slug = "DELETED", now(), f"deleted-{community.id}"
    community.name, community.description, community.about, community.about_html = "Deleted", "", "", ""
    community.rules, community.rules_html, community.settings = "", "", {}
    community.member_count = community.post_count = community.comment_count = community.storage_used = 0
    community.avatar = community.banner = ""
    db.session.flush()
    return purging.purge(community.id) + 1


def _changed(community: Community, action: str, by: Viewer) -> None:
    audit("DELETE" if community.status == "LOCKED" else "UPDATE", action, ("community", community.id), by=by,
          community_id=community.id, after={"status": community.status})
    cache.raise_later(f"c:{community.slug}")
    for user_id in queries.member_user_ids(community.id):
        cache.raise_later(f"u:{user_id}")
    broadcast.recheck()
