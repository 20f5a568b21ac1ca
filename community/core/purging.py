"""Removing everything of one community: every row of every table that belongs to it, whichever domain made it.

What belongs to it follows from the schema: a table with `community_id`, or one whose row cannot be without such a row. The
audit log and the outbox outlive what they name.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, delete, or_, select, update

from community.core.models import Base
from community.extensions import db

KEPT = frozenset({"audit_logs", "outbox_events", "event_deliveries", "communities"})


def purge(community_id: int) -> int:
    """Remove the rows, children first; returns how many. In the present transaction."""
    tables = [table for table in reversed(Base.metadata.sorted_tables) if table.name not in KEPT]
    mine = {table: condition for table in tables if (condition := _belongs(table, community_id)) is not None}
    for table, condition in mine.items():
        _loosen(table, condition)
    removed = 0
    for table, condition in mine.items():
        removed += int(db.session.execute(delete(table).where(condition)).rowcount)  # type: ignore[attr-defined]
    return removed


def _belongs(table: Table, community_id: int, *, above: frozenset[str] = frozenset()) -> ColumnElement[bool] | None:
    """Which rows of a table are the community's; None where it holds none."""
    if "community_id" in table.c:
        return table.c.community_id == community_id
    parts = []
    for key in table.foreign_key_constraints:
        parent = key.referred_table
        if parent.name in KEPT or parent is table or parent.name in above or len(key.elements) != 1:
            continue
        condition = _belongs(parent, community_id, above=above | {table.name})
        if condition is not None:
            [element] = key.elements
            parts.append(element.parent.in_(select(element.column).where(condition)))
    return or_(*parts) if parts else None


def _loosen(table: Table, condition: ColumnElement[bool]) -> None:
    """Forget what rows of the community point to, where they may point to nothing: what forms rings or comes later."""
    rings = [key for key in table.foreign_key_constraints if key.use_alter or key.referred_table is table]
    loose = {element.parent.name: None for key in rings for element in key.elements
             if element.parent.nullable and element.parent.name != "community_id"}
    if loose:
        db.session.execute(update(table).where(condition).values(loose))
