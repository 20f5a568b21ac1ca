"""Changing a space: its texts, rules, readers and place in the list; archiving and deleting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select

from community.communities import policies, queries
from community.communities.changes import SpaceChanges, StaleSpace, Widening
from community.communities.events import SpaceArchived, SpaceDeleted, SpaceUpdated, SpaceVisibilityChanged
from community.communities.models import Community, Space
from community.communities.services.counting import move_member_counts, move_topic_counts
from community.communities.services.redirects import keep_address, lead_on, take_address
from community.communities.services.rows import here
from community.communities.services.spaces import free_address, is_space_address_taken
from community.core import broadcast, cache
from community.core.audit import audit
from community.core.authz import require, require_recent
from community.core.clock import now
from community.core.errors import Conflict, Invalid, NotFound
from community.core.markdown import render
from community.core.outbox import record
from community.core.topics import topic
from community.core.viewer import Grant, Viewer
from community.extensions import db

FOR_ADMINS = ("auto_join", "is_featured")
"""What concerns the whole community."""


def update_space(space: Grant, changes: SpaceChanges, *, by: Viewer, version: int, widens: bool = False) -> Space:
    """Save the settings of a space, read at `version`. Another visibility needs a fresh proof of identity.

    Raises `StaleSpace`, `Widening` unless `widens` says that it is meant, `NotConfirmed`, and `Invalid` for a taken address.
    """
    require(policies.can_edit_space(by, space))
    row = _locked(space)
    if row.version != version:
        raise StaleSpace(row)
    wanted = asdict(changes)
    changed = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return row
    if any(name in changed for name in FOR_ADMINS):
        require(policies.can_feature_space(by))
    if "visibility" in changed:
        require_recent(by)
        if row.visibility != "PUBLIC" and changes.visibility == "PUBLIC" and not widens:
            raise Widening(row.post_count)
    if "slug" in changed:
        _readdress(row, changes.slug, by)
    for name in changed:
        setattr(row, name, wanted[name])
    row.rules_html, row.version, row.updated_at = render(row.rules) if row.rules else "", row.version + 1, now()
    db.session.flush()
    audit("UPDATE", "space.updated", ("space", row.id), by=by, community_id=row.community_id, before=changed,
          after={name: wanted[name] for name in changed})
    record(SpaceUpdated(space_id=row.id, community_id=row.community_id, actor_user_id=by.user_id, changed=tuple(sorted(changed))))
    if "visibility" in changed:
        _read_by_others(row, str(changed["visibility"]), by)
    cache.raise_later(f"c:{here(by).slug}")
    return row


def archive_space(space: Grant, *, by: Viewer, archived: bool) -> None:
    """Make a space read-only, or open it again."""
    require(policies.can_delete_space(by, space))
    row = _locked(space)
    if row.is_archived == archived:
        return
    row.is_archived, row.version = archived, row.version + 1
    audit("UPDATE", "space.archived" if archived else "space.opened", ("space", row.id), by=by, community_id=row.community_id,
          before={"is_archived": not archived}, after={"is_archived": archived})
    record(SpaceArchived(space_id=row.id, community_id=row.community_id, actor_user_id=by.user_id, is_archived=archived))
    cache.raise_later(f"c:{here(by).slug}")


def delete_space(space: Grant, *, by: Viewer, target_id: int | None) -> None:
    """Delete a space; its posts move to another one, or, only if it was public, out of spaces.

    Raises `NotConfirmed`, `Conflict` for the last space, and `Invalid` where the posts cannot go.
    """
    require(policies.can_delete_space(by, space))
    require_recent(by)
    alive = {row.id: row for row in db.session.scalars(
        select(Space).where(Space.community_id == here(by).id, Space.deleted_at.is_(None)).order_by(Space.id)
        .with_for_update().execution_options(populate_existing=True))}
    row = alive.pop(space.id, None)
    if row is None:
        raise NotFound
    if not alive:
        raise Conflict("This is the last space; a community keeps one.")
    target = _destination(row, alive, target_id, by)
    row.deleted_at = now()
    move_topic_counts(row.id, target.id if target else None)
    move_member_counts(row.id, target.id if target else None)
    if target is not None:
        target.post_count += row.post_count
    row.post_count = 0
    lead_on("SPACE", row.community_id, gone_id=row.id, target_id=target.id if target else None)
    if target is not None:
        keep_address("SPACE", row.community_id, old=row.slug, target_id=target.id)
    db.session.flush()
    audit("DELETE", "space.deleted", ("space", row.id), by=by, community_id=row.community_id, before={"name": row.name},
          after={"posts_to": target.id if target else None})
    record(SpaceDeleted(space_id=row.id, community_id=row.community_id, actor_user_id=by.user_id,
                        target_id=target.id if target else None))
    _look_again(row)
    cache.raise_later(f"c:{here(by).slug}")


def order_spaces(wanted: Sequence[int], *, by: Viewer) -> None:
    """Bring the spaces into this order; those not named come behind, as they stood. Raises `Invalid` for an unknown one."""
    require(policies.can_feature_space(by))
    rows = _in_order(by)
    if set(wanted) - {row.id for row in rows}:
        raise Invalid(fields={"ids": "One of these spaces is gone. Look at the list again."})
    place = {number: index for index, number in enumerate(wanted)}
    _renumber(sorted(rows, key=lambda row: place.get(row.id, len(place))), by)


def move_space(number: int, step: int, *, by: Viewer) -> None:
    """Move a space up (-1) or down (1) by one place, from where it stands now."""
    require(policies.can_feature_space(by))
    rows = _in_order(by)
    at = next((index for index, row in enumerate(rows) if row.id == number), None)
    if at is None:
        raise NotFound
    to = min(max(at + step, 0), len(rows) - 1)
    rows.insert(to, rows.pop(at))
    _renumber(rows, by)


def hold_space(space_id: int) -> None:
    """Keep a space from being deleted until this transaction ends. Raises `Conflict` for one that is gone."""
    found = db.session.scalar(select(Space.id).where(Space.id == space_id, Space.deleted_at.is_(None))
                              .with_for_update(read=True, key_share=True))
    if found is None:
        raise Conflict("This space was deleted a moment ago.")


def _in_order(by: Viewer) -> list[Space]:
    """The spaces as they stand, under their locks, which are taken in the order of their ids."""
    rows = db.session.scalars(
        select(Space).where(Space.community_id == here(by).id, Space.deleted_at.is_(None)).order_by(Space.id)
        .with_for_update().execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: (row.sort_order, row.id))


def _renumber(rows: list[Space], by: Viewer) -> None:
    for index, row in enumerate(rows):
        row.sort_order = index
    cache.raise_later(f"c:{here(by).slug}")


def _locked(space: Grant) -> Space:
    row = db.session.scalars(select(Space).where(Space.id == space.id, Space.deleted_at.is_(None)).with_for_update()
                             .execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return row


def _readdress(row: Space, slug: str, by: Viewer) -> None:
    own_before = queries.moved_to("SPACE", row.community_id, slug) == row.id
    free_address(slug, taken="This community has a space with this address.", is_taken=lambda it: is_space_address_taken(
        it, row.community_id, takes_over=by.is_admin or own_before))
    take_address("SPACE", row.community_id, slug)
    keep_address("SPACE", row.community_id, old=row.slug, target_id=row.id)


def _read_by_others(row: Space, old: str, by: Viewer) -> None:
    record(SpaceVisibilityChanged(space_id=row.id, community_id=row.community_id, actor_user_id=by.user_id, old=old,
                                  new=row.visibility))
    if not policies.is_as_strict(old, row.visibility):
        _look_again(row, everybody=old == "PUBLIC")


def _look_again(row: Space, *, everybody: bool = True) -> None:
    """Have open pages read what they show once more: who lost the space must not go on seeing it."""
    if everybody:
        public_id = db.session.execute(select(Community.public_id).where(Community.id == row.community_id)).scalar_one()
        broadcast.hint(topic("community", public_id), "page:stale")
    broadcast.recheck()


def _destination(row: Space, alive: dict[int, Space], target_id: int | None, by: Viewer) -> Space | None:
    if target_id is None:
        if row.visibility != "PUBLIC":
            raise Invalid(fields={"target": "These posts are not for everybody: choose a space they move to."})
        return None
    target = alive.get(target_id)
    if target is None or by.space(target_id) is None:
        raise Invalid(fields={"target": "Choose a space of this community."})
    if not policies.is_as_strict(target.visibility, row.visibility):
        raise Invalid(fields={"target": "More people read that space than this one. Choose a stricter one."})
    return target
