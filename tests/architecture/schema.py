"""Checkers of the tables the models describe. Each returns its complaints."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKeyConstraint, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint


def uncovered_keys(metadata: MetaData) -> list[str]:
    """Foreign keys no index begins with: every delete and every look from the other side reads the whole table."""
    return [
        f"{table.name}: no index covers the foreign key ({', '.join(key.column_keys)})"
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        if not any(set(key.column_keys) == set(columns[: len(key.column_keys)]) for columns in _indexed(table))
    ]


def crossing_keys(metadata: MetaData, allowed: dict[str, str]) -> list[str]:
    """Foreign keys between tables of communities that leave the community out: they could lead into another one.

    `allowed` names keys as `table.column`, with the reason; one that is not needed is a complaint.
    """
    found = {
        f"{table.name}.{'+'.join(key.column_keys)}": f"{table.name} points to {key.referred_table.name} by "
        f"({', '.join(key.column_keys)}), without the community"
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
        if _crosses(table, key)
    }
    unused = [f"{name} is listed as an exception and needs none" for name in allowed if name not in found]
    return [complaint for name, complaint in found.items() if name not in allowed] + unused


def _crosses(table: Table, key: ForeignKeyConstraint) -> bool:
    tenant = {"community_id"} & set(table.columns.keys()) & set(key.referred_table.columns.keys())
    pairs = {(element.parent.name, element.column.name) for element in key.elements}
    return bool(tenant) and ("community_id", "community_id") not in pairs


def _indexed(table: Table) -> Iterable[list[str]]:
    """Columns of whatever makes an index over all rows, in order."""
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            yield [column.name for column in constraint.columns]
    for index in table.indexes:
        if index.dialect_options["postgresql"]["where"] is None:
            yield [getattr(expression, "name", "") for expression in index.expressions]
