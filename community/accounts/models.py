"""Users, profiles, sessions and the tokens that mails carry."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core.models import Base, Numbered, Public, Stamped, one_of

SITE_ROLES = ("USER", "SITE_ADMIN", "SYSTEM")
STATUSES = ("PENDING_VERIFICATION", "ACTIVE", "SUSPENDED", "BANNED", "DELETED")
THEMES = ("SYSTEM", "LIGHT", "DARK")
TOKEN_PURPOSES = ("VERIFY_EMAIL", "CHANGE_EMAIL", "RESET_PASSWORD", "UNSUBSCRIBE", "CANCEL_DELETE")


class User(Public, Stamped, Base):
    """An account. Imported people have no password and an address that is never mailed."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254))
    email_verified_at: Mapped[dt.datetime | None]
    username: Mapped[str] = mapped_column(String(30))
    password_hash: Mapped[str | None]
    site_role: Mapped[str] = mapped_column(server_default="USER")
    status: Mapped[str] = mapped_column(server_default="PENDING_VERIFICATION")
    status_reason: Mapped[str | None]
    status_expires_at: Mapped[dt.datetime | None]
    preferred_language: Mapped[str] = mapped_column(server_default="en")
    timezone: Mapped[str] = mapped_column(server_default="UTC")
    last_seen_at: Mapped[dt.datetime | None]
    last_login_at: Mapped[dt.datetime | None]
    version: Mapped[int] = mapped_column(server_default="1")
    deleted_at: Mapped[dt.datetime | None]

    profile: Mapped[Profile] = relationship(back_populates="user", lazy="raise", uselist=False)

    __table_args__ = (
        Index("uq_users_email", text("lower(email)"), unique=True),
        Index("uq_users_username", text("lower(username)"), unique=True),
        Index("ix_users_status", "status"),
        Index("ix_users_created_at", "created_at"),
        Index("ix_users_last_seen_at", "last_seen_at"),
        Index("ix_users_username_trgm", "username", postgresql_using="gin",
              postgresql_ops={"username": "gin_trgm_ops"}),
        CheckConstraint(one_of("site_role", *SITE_ROLES), "site_role"),
        CheckConstraint(one_of("status", *STATUSES), "status"),
    )

    @property
    def is_verified_email(self) -> bool:
        return self.email_verified_at is not None

    def verify_email(self, *, at: dt.datetime) -> None:
        """The address is proven: the account may write."""
        self.email_verified_at = at
        if self.status == "PENDING_VERIFICATION":
            self.status = "ACTIVE"


class Profile(Stamped, Base):
    """How a person presents themselves."""

    __tablename__ = "profiles"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    display_name: Mapped[str] = mapped_column(String(60))
    bio: Mapped[str] = mapped_column(server_default="")
    bio_html: Mapped[str] = mapped_column(server_default="")
    location: Mapped[str] = mapped_column(String(80), server_default="")
    website: Mapped[str] = mapped_column(server_default="")
    theme: Mapped[str] = mapped_column(server_default="SYSTEM")
    privacy: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")

    user: Mapped[User] = relationship(back_populates="profile", lazy="raise")

    __table_args__ = (
        Index("ix_profiles_display_name_trgm", "display_name", postgresql_using="gin",
              postgresql_ops={"display_name": "gin_trgm_ops"}),
        CheckConstraint(one_of("theme", *THEMES), "theme"),
    )


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
    success: Mapped[bool]
    reason: Mapped[str]
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_login_history_user_id_created_at", "user_id", text("created_at DESC")),
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
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_account_tokens_user_id_purpose", "user_id", "purpose"),
        Index("ix_account_tokens_expires_at", "expires_at"),
        CheckConstraint(one_of("purpose", *TOKEN_PURPOSES), "purpose"),
    )

    def is_usable(self, *, at: dt.datetime) -> bool:
        return self.used_at is None and at < self.expires_at
