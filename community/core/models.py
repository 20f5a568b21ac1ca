"""The declarative base and the columns many tables share."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Identity, MetaData, Text, func
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

big = Annotated[int, mapped_column(BigInteger)]
instant = Annotated[dt.datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """Base of every table. Relationships, where there are any, are `lazy="raise"`."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={dt.datetime: DateTime(timezone=True), str: Text},
    )


class Numbered:
    """A row with a bigint identity, which foreign keys point to."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


class Public(Numbered):
    """A row the outside may name, by a time-ordered UUID."""

    public_id: Mapped[uuid.UUID] = mapped_column(UUID, server_default=func.uuidv7(), unique=True)


class Stamped:
    """When the row was made and last changed. Services pass the clock's time; the default serves bulk loads."""

    created_at: Mapped[instant] = mapped_column(server_default=func.now())
    updated_at: Mapped[instant] = mapped_column(server_default=func.now(), onupdate=func.now())


def one_of(column: str, *values: str) -> str:
    """SQL of a CHECK that limits a text column to upper-case values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
