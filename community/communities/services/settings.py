"""Changing what a community says about itself, who enters it, and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import delete

from community.communities import policies, preferences, queries
from community.communities.events import CommunityUpdated
from community.communities.models import Community, SlugRedirect
from community.communities.services.requests import Question, set_questions
from community.communities.services.rows import here, insert
from community.communities.services.spaces import free_address
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Invalid
from community.core.markdown import render
from community.core.outbox import record
from community.core.viewer import Viewer
from community.extensions import db

OPENNESS = ("HIDDEN", "PRIVATE", "PUBLIC")


class StaleSettings(Conflict):
    """Somebody else saved meanwhile; both versions have to be shown."""

    message = "Somebody else changed these settings meanwhile. Nothing was overwritten."

    def __init__(self, community: Community) -> None:
        self.community = community
        super().__init__()


class Widens(Conflict):
    """More people would read the community; it has to be confirmed. `posts` become visible to them."""

    def __init__(self, posts: int) -> None:
        self.posts = posts
        super().__init__("More people would read this community. Confirm that this is meant.")


@dataclass(frozen=True, slots=True)
class Access:
    """Who reads, who joins, and what they are told and asked."""

    visibility: str
    join_policy: str
    rules: str
    questions: Sequence[Question]


def update_community(values: Mapping[str, object], *, version: int, by: Viewer) -> Community:
    """Change name, slug, description, about, hue, locale or time zone. An old address leads to the new one for ever.

    Raises `StaleSettings` when somebody saved meanwhile, and `Invalid` for a slug that is taken.
    """
    require(policies.can_manage(by))
    community = _locked(by, version)
    before = {name: getattr(community, name) for name in values}
    if values.get("slug", community.slug) != community.slug:
        _move(community, str(values["slug"]))
    for name, value in values.items():
        setattr(community, name, value)
    community.about_html = render(community.about)
    return _saved(community, before, by)


def update_access(access: Access, *, version: int, confirmed: bool = False, by: Viewer) -> Community:
    """Change who reads and who joins. Another visibility needs a proof of identity; a wider one has to be confirmed.

    New rules get a new version, which whoever joins from now on accepts. Raises `Widens` and `StaleSettings`.
    """
    require(policies.can_manage(by))
    is_other = access.visibility != here(by).visibility
    if is_other:
        require_recent(by)
    community = _locked(by, version)
    if OPENNESS.index(access.visibility) > OPENNESS.index(community.visibility) and not confirmed:
        raise Widens(queries.public_post_count(community.id) if access.visibility == "PUBLIC" else 0)
    before: dict[str, object] = {"visibility": community.visibility, "join_policy": community.join_policy,
                                 "rules": community.rules}
    if access.rules != community.rules:
        community.rules, community.rules_html = access.rules, render(access.rules)
        community.rules_version += 1
    narrows = OPENNESS.index(access.visibility) < OPENNESS.index(community.visibility)
    community.visibility, community.join_policy = access.visibility, access.join_policy
    set_questions(community.id, access.questions)
    if narrows:
        broadcast.recheck()
    return _saved(community, before, by)


def update_preferences(changes: Mapping[str, object], *, version: int, by: Viewer) -> Community:
    """Change settings. Those of safety need a proof of identity. Raises `Invalid` for an unknown key or value."""
    require(policies.can_manage(by))
    if "require_2fa_staff" in changes:
        require_recent(by)
    community = _locked(by, version)
    try:
        wanted = preferences.checked(community.settings, changes)
    except ValidationError as error:
        raise Invalid(fields={str(one["loc"][0]): "This value cannot be used." for one in error.errors()}) from None
    before: dict[str, object] = {"settings": community.settings}
    community.settings = wanted
    return _saved(community, before, by)


def _locked(by: Viewer, version: int) -> Community:
    community = db.session.get_one(Community, here(by).id, with_for_update=True, populate_existing=True)
    if community.version != version:
        raise StaleSettings(community)
    return community


def _move(community: Community, slug: str) -> None:
    """Take another address; the old one leads to it. One of its own older addresses may be taken up again."""
    free_address(slug, is_taken=lambda it: queries.is_slug_taken(it, apart_from=community.id), taken="This address is taken.")
    db.session.execute(delete(SlugRedirect).where(SlugRedirect.kind == "COMMUNITY", SlugRedirect.old_slug == slug,
                                                  SlugRedirect.target_id == community.id))
    insert(SlugRedirect(kind="COMMUNITY", old_slug=community.slug, target_id=community.id, created_at=now()), field="slug")
    for name in (community.slug, slug):
        cache.raise_later(f"c:{name}")


def _saved(community: Community, before: Mapping[str, object], by: Viewer) -> Community:
    changed = {name: value for name, value in before.items() if getattr(community, name) != value}
    community.version, community.updated_at = community.version + 1, now()
    db.session.flush()
    audit("UPDATE", "community.updated", ("community", community.id), by=by, community_id=community.id,
          before=_short(changed), after=_short({name: getattr(community, name) for name in changed}))
    record(CommunityUpdated(community_id=community.id, actor_user_id=by.user_id, changed=tuple(changed)))
    cache.raise_later(f"c:{community.slug}")
    return community


def _short(values: Mapping[str, object]) -> dict[str, object]:
    """For the log: long texts by their beginning."""
    return {name: value[:500] if isinstance(value, str) else value for name, value in values.items()}
