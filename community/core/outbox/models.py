"""Tables of the event bus and of scheduled jobs."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from community.core.models import Base, Numbered, Public, one_of


class Xid8(UserDefinedType[int]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


class OutboxEvent(Public, Base):
    """A fact, recorded in the transaction of the change it tells of."""

    __tablename__ = "outbox_events"

    tx: Mapped[int] = mapped_column(Xid8, server_default=func.pg_current_xact_id())
    name: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    aggregate_type: Mapped[str] = mapped_column(String(40))
    aggregate_id: Mapped[int] = mapped_column(BigInteger)
    community_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_user_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="50")
    correlation_id: Mapped[uuid.UUID | None] = mapped_column(UUID)
    causation_id: Mapped[int | None] = mapped_column(BigInteger)
    occurred_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_outbox_events_occurred_at", "occurred_at"),
        Index("ix_outbox_events_correlation_id", "correlation_id"),
    )


class EventDelivery(Base):
    """What one handler still owes one event. Settled deliveries are removed and counted."""

    __tablename__ = "event_deliveries"

    event_id: Mapped[int] = mapped_column(ForeignKey("outbox_events.id"), primary_key=True)
    handler: Mapped[str] = mapped_column(String(120), primary_key=True)
    lane: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(server_default="PENDING")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="50")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[dt.datetime]
    locked_until: Mapped[dt.datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(2000))

    __table_args__ = (
        Index("ix_event_deliveries_due", "lane", text("priority DESC"), "event_id",
              postgresql_where=text("status IN ('PENDING', 'RETRY')")),
        Index("ix_event_deliveries_status_next_attempt_at", "status", "next_attempt_at", text("priority DESC")),
        CheckConstraint(one_of("status", "PENDING", "RUNNING", "RETRY", "DEAD"), "status"),
        {
            "postgresql_with": {
                "autovacuum_vacuum_scale_factor": 0,
                "autovacuum_vacuum_threshold": 5000,
                "autovacuum_vacuum_cost_delay": 0,
            }
        },
    )


class DeliveryCount(Base):
    """Settled deliveries of a handler on a UTC day."""

    __tablename__ = "delivery_counts"

    handler: Mapped[str] = mapped_column(String(120), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    outcome: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    total_ms: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = (CheckConstraint(one_of("outcome", "DONE", "SKIPPED", "RETRIED", "DEAD", "DISCARDED"), "outcome"),)


class JobRun(Numbered, Base):
    """One run of a scheduled job; the unique key lets exactly one of many schedulers start it."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(String(80))
    scheduled_for: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    status: Mapped[str] = mapped_column(server_default="RUNNING")
    rows: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(2000))
    host: Mapped[str] = mapped_column(String(120), server_default="")

    __table_args__ = (
        UniqueConstraint("name", "scheduled_for"),
        CheckConstraint(one_of("status", "RUNNING", "DONE", "FAILED"), "status"),
    )
