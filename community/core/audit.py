"""The log of who did what with which right. Append-only: the database refuses changes and deletions."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import has_request_context, request
from sqlalchemy import BigInteger, CheckConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import INET, JSONB, UUID
from sqlalchemy.orm import Mapped, mapped_column

from community.core import correlation
from community.core.clock import now
from community.core.models import Base, Numbered, one_of
from community.core.viewer import Viewer
from community.extensions import db

CLASSES = ("CREATE", "UPDATE", "DELETE", "LOGIN", "LOGOUT", "PERMISSION_CHANGE", "MODERATION_ACTION", "SYSTEM_ACTION")


class AuditLog(Numbered, Base):
    """One act. `before` and `after` hold the changed keys only. It outlives what it names: no foreign keys."""

    __tablename__ = "audit_logs"

    community_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_user_id: Mapped[int | None] = mapped_column(BigInteger)
    action_class: Mapped[str]
    action: Mapped[str] = mapped_column(String(80))
    entity_type: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int | None] = mapped_column(BigInteger)
    before: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    after: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    reason: Mapped[str] = mapped_column(String(1000), server_default="")
    ip: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(String(400), server_default="")
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    request_id: Mapped[uuid.UUID | None] = mapped_column(UUID)
    duration_ms: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(String(1000))
    details: Mapped[dict[str, object]] = mapped_column("metadata", JSONB, server_default="{}")
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_audit_logs_community_id_created_at", "community_id", text("created_at DESC")),
        Index("ix_audit_logs_actor_user_id_created_at", "actor_user_id", text("created_at DESC")),
        Index("ix_audit_logs_entity", "entity_type", "entity_id", text("created_at DESC")),
        CheckConstraint(one_of("action_class", *CLASSES), "action_class"),
    )


def audit(action_class: str, action: str, entity: tuple[str, int | None], *, by: Viewer, community_id: int | None = None,
          before: dict[str, object] | None = None, after: dict[str, object] | None = None, reason: str = "") -> None:
    """Write a row in the transaction of the act. `entity` is (type, id); `before` and `after` hold what changed."""
    where = {"ip": request.remote_addr, "user_agent": (request.user_agent.string or "")[:400]} \
        if has_request_context() else {}
    db.session.add(AuditLog(
        community_id=community_id, actor_user_id=by.user_id, action_class=action_class, action=action,
        entity_type=entity[0], entity_id=entity[1], before=before or {}, after=after or {}, reason=reason,
        session_id=by.session_id, request_id=correlation.current(), created_at=now(), **where))
