"""What was imported from where."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, one_of

OUTCOMES = ("IMPORTED", "SKIPPED", "FAILED")


class ImportRecord(Numbered, Base):
    """The fate of one row of a source. `source` names the dump and the community it went to."""

    __tablename__ = "import_records"

    source: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(200))
    entity_type: Mapped[str | None] = mapped_column(String(40))
    entity_id: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[dt.datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("source", "kind", "external_id"),
        Index("ix_import_records_entity", "entity_type", "entity_id"),
        CheckConstraint(one_of("outcome", *OUTCOMES), "outcome"),
    )
