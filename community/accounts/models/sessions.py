"""Browsers that are logged in, tries to log in, and the tokens that mails carry."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, one_of

TOKEN_PURPOSES = ("VERIFY_EMAIL", "CHANGE_EMAIL", "UNDO_EMAIL", "RESET_PASSWORD", "UNLOCK", "NOT_ME", "SECOND_FACTOR",
                  "CONFIRM", "UNSUBSCRIBE", "CANCEL_DELETE")


class Session(Numbered, Base):
    """A browser that is logged in. Only the hash of its token is kept."""

    __tablename__ = "sessions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    remembered: Mapped[bool]
    ip: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(String(400), server_default="")
    device_type: Mapped[str] = mapped_column(server_default="OTHER")
    device_label: Mapped[str] = mapped_column(String(120), server_default="")
    location: Mapped[str] = mapped_column(String(120), server_default="")
    second_factor_at: Mapped[dt.datetime | None]
    reauthenticated_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    revoke_reason: Mapped[str | None]

    __table_args__ = (
        Index("ix_sessions_user_id_revoked_at", "user_id", "revoked_at"),
        Index("ix_sessions_expires_at", "expires_at"),
        CheckConstraint(one_of("device_type", "DESKTOP", "MOBILE", "TABLET", "BOT", "OTHER"), "device_type"),
    )


class LoginAttempt(Numbered, Base):
    """One try to log in, successful or not; the address typed is kept only as a keyed hash."""

    __tablename__ = "login_history"

    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    identifier_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    ip: Mapped[str | None] = mapped_column(INET)
    user_agent: Mapped[str] = mapped_column(String(400), server_default="")
    location: Mapped[str] = mapped_column(String(120), server_default="")
    success: Mapped[bool]
    reason: Mapped[str]
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_login_history_user_id_created_at", "user_id", text("created_at DESC")),
        Index("ix_login_history_ip_created_at", "ip", text("created_at DESC")),
        Index("ix_login_history_identifier_hash_created_at", "identifier_hash", text("created_at DESC")),
        CheckConstraint(
            one_of("reason", "OK", "BAD_PASSWORD", "UNKNOWN_USER", "LOCKED", "NOT_VERIFIED", "BAD_2FA", "SUSPENDED",
                   "BANNED", "OAUTH"), "reason"),
    )


class AccountToken(Numbered, Base):
    """A one-time token that a mail carries; only its hash is kept."""

    __tablename__ = "account_tokens"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id"))
    purpose: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    payload: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_account_tokens_user_id_purpose", "user_id", "purpose"),
        Index("ix_account_tokens_expires_at", "expires_at"),
        CheckConstraint(one_of("purpose", *TOKEN_PURPOSES), "purpose"),
    )

    def is_usable(self, *, at: dt.datetime) -> bool:
        return self.used_at is None and at < self.expires_at
