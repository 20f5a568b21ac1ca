"""Founding a community."""

from __future__ import annotations

from community.communities import policies, queries
from community.communities.events import CommunityCreated
from community.communities.models import Community, CommunityEmoji
from community.communities.services.membership import enter
from community.communities.services.rows import insert
from community.communities.services.spaces import add_space, free_address
from community.core import settings
from community.core.authz import require
from community.core.clock import now
from community.core.errors import Denied
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db


def create_community(*, by: Viewer, name: str, slug: str, description: str = "", visibility: str = "PUBLIC",
                     join_policy: str = "OPEN", hue: int = 165) -> Community:
    """Found a community with its two default spaces; the founder owns it. An empty slug is made of the name.

    Raises `Invalid` for a slug that is taken.
    """
    require(policies.can_create_community(by, creation=str(settings.get("community_creation"))))
    if queries.owned_count(by.user_id or 0) >= int(str(settings.get("max_owned_communities"))) and not by.is_site_admin:
        raise Denied("You own as many communities as one person may.")
    slug = free_address(slug or queries.free_slug(name), is_taken=queries.is_slug_taken, taken="This address is taken.")
    at = now()
    community = Community(name=name, slug=slug, description=description, visibility=visibility, join_policy=join_policy,
                          hue=hue, created_at=at, updated_at=at)
    insert(community, field="slug")
    _add_emoji(community.id)
    add_space(community.id, name="General", slug="general", icon="💬", order=1,
               description="Anything that fits nowhere else.")
    add_space(community.id, name="Announcements", slug="announcements", icon="📣", order=0, posting="STAFF",
               description="News from the people who run this place.")
    record(CommunityCreated(community_id=community.id, actor_user_id=by.user_id))
    enter(community, by.user_id or 0, role="OWNER")
    return community


def _add_emoji(community_id: int) -> None:
    db.session.add_all(CommunityEmoji(community_id=community_id, code=code, label=label, glyph=glyph,
                                      counts_as_like=like, sort_order=order)
                       for order, (code, label, glyph, like) in enumerate(queries.DEFAULT_EMOJI))
