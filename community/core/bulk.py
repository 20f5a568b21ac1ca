"""Loading many rows at once in the present transaction, for the bulk loads of the domains that own the tables.

Rows come in by COPY. Their ids are reserved first, so that rows can point to one another before any of them stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import BigInteger, ColumnElement, TableValuedAlias, any_, cast, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from community.core.models import Base, Numbered
from community.extensions import db


def reserve_ids(model: type[Numbered], count: int) -> list[int]:
    """Ids for `count` new rows, in growing order; nobody else gets them."""
    statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(db.session.scalars(statement, {"table": _table(model), "count": count}))


def copy_rows(model: type[Base], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Insert rows whose values stand in the order of `columns`; other columns get the defaults of the database.

    Raises psycopg's errors where a row breaks a rule of the table: then the transaction is lost.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(_table(model)), sql.SQL(", ").join(map(sql.Identifier, columns)))
    connection = db.session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("COPY needs psycopg")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def among(column: InstrumentedAttribute[Any], values: Iterable[object]) -> ColumnElement[bool]:
    """SQL: the column holds one of these values. One parameter, however many they are."""
    return column == any_(cast(list(values), ARRAY(column.type)))


def lock_each(model: type[Numbered], ids: Iterable[int]) -> list[int]:
    """Lock rows against other changes, in the order of their ids, so that two writers never cross; returns the ids."""
    ordered = sorted(ids)
    db.session.execute(select(model.id).where(among(model.id, ordered)).order_by(model.id).with_for_update(key_share=True))
    return ordered


def table_of(**columns: tuple[TypeEngine[Any], Sequence[object]]) -> TableValuedAlias:
    """Columns of values, each with its type, as a table to join with in a statement."""
    arrays = [cast(list(values), ARRAY(kind)) for kind, values in columns.values()]
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="given")


def add_each(model: type[Numbered], column: str, changes: Mapping[int, int]) -> None:
    """Add to a counter of many rows, by id; rows that have a `rev` get it raised."""
    if not changes:
        return
    ids = lock_each(model, changes)
    given = table_of(id=(BigInteger(), ids), number=(BigInteger(), [changes[number] for number in ids]))
    values = {column: getattr(model, column) + given.c.number}
    if hasattr(model, "rev"):
        values["rev"] = model.rev + 1
    statement = update(model).where(model.id == given.c.id).values(values)
    db.session.execute(statement.execution_options(synchronize_session=False))


def free_names(candidates: Sequence[Iterator[str]], taken: Callable[[Collection[str]], Collection[str]]) -> list[str]:
    """For each of the endless `candidates` the first name that is neither `taken` nor given to an earlier one."""
    chosen: dict[int, str] = {}
    given: set[str] = set()
    while waiting := [index for index in range(len(candidates)) if index not in chosen]:
        wanted = {index: next(candidates[index]) for index in waiting}
        not_free = set(taken(set(wanted.values()))) | given
        for index, name in wanted.items():
            if name not in not_free:
                chosen[index] = name
                not_free.add(name)
                given.add(name)
    return [chosen[index] for index in range(len(candidates))]


def _table(model: type[Base | Numbered]) -> str:
    return str(getattr(model, "__tablename__"))  # noqa: B009 - mixins do not declare it
