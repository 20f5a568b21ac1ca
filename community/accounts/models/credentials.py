"""Ways to prove who one is besides the password, and what warns of misuse."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from community.core.encryption import EncryptedText
from community.core.models import Base, Numbered, Stamped, one_of

ALERT_TYPES = ("NEW_DEVICE", "NEW_COUNTRY", "PASSWORD_CHANGED", "EMAIL_CHANGED", "TWO_FACTOR_ENABLED",
               "TWO_FACTOR_DISABLED", "RECOVERY_CODE_USED", "LOCKOUT", "OAUTH_LINKED", "OAUTH_UNLINKED",
               "PASSKEY_ADDED", "PASSKEY_REMOVED", "API_KEY_CREATED", "SESSIONS_REVOKED")
SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
KEY_PERMISSIONS = ("read", "write", "dashboard", "moderate")


class RecoveryCode(Numbered, Base):
    """One of ten codes that stand for the second factor, once each."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]

    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)


class Passkey(Numbered, Base):
    """A WebAuthn credential; stands for password and second factor."""

    __tablename__ = "passkeys"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(server_default="0")
    transports: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default="{}")
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[dt.datetime]
    last_used_at: Mapped[dt.datetime | None]

    __table_args__ = (Index("ix_passkeys_user_id", "user_id"),)


class PasskeyChallenge(Numbered, Base):
    """A random value a passkey has to sign; removed by its first use."""

    __tablename__ = "passkey_challenges"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str]
    expires_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_passkey_challenges_user_id", "user_id"),
        Index("ix_passkey_challenges_expires_at", "expires_at"),
        CheckConstraint(one_of("purpose", "REGISTER", "LOG_IN", "CONFIRM"), "purpose"),
    )


class OAuthAccount(Numbered, Stamped, Base):
    """An account at another provider that logs a person in."""

    __tablename__ = "oauth_accounts"

    provider: Mapped[str] = mapped_column(String(40))
    provider_account_id: Mapped[str] = mapped_column(String(255))
    """The provider's own id of the person: the claim `sub`."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    email: Mapped[str] = mapped_column(String(254), server_default="")
    email_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    scopes: Mapped[str] = mapped_column(server_default="")
    token_type: Mapped[str] = mapped_column(String(40), server_default="")
    access_token: Mapped[str | None] = mapped_column(EncryptedText("oauth_accounts.access_token"))
    refresh_token: Mapped[str | None] = mapped_column(EncryptedText("oauth_accounts.refresh_token"))
    id_token: Mapped[str | None] = mapped_column(EncryptedText("oauth_accounts.id_token"))
    expires_at: Mapped[dt.datetime | None]

    __table_args__ = (
        UniqueConstraint("provider", "provider_account_id"),
        UniqueConstraint("user_id", "provider"),
    )


class SecurityAlert(Numbered, Base):
    """Something the owner of an account should know about."""

    __tablename__ = "security_alerts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    type: Mapped[str]
    severity: Mapped[str]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(1000), server_default="")
    created_at: Mapped[dt.datetime]
    resolved: Mapped[bool] = mapped_column(server_default=text("false"))
    resolved_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_security_alerts_user_id_created_at", "user_id", text("created_at DESC")),
        CheckConstraint(one_of("type", *ALERT_TYPES), "type"),
        CheckConstraint(one_of("severity", *SEVERITIES), "severity"),
    )


class ApiKey(Numbered, Base):
    """A key for programs. Shown once; only its hash and the first characters are kept."""

    __tablename__ = "api_keys"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    """The only community the key works in; None: wherever its person may."""
    name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(12))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime | None]
    last_used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("ix_api_keys_user_id", "user_id"),
        Index("ix_api_keys_community_id", "community_id"),
        CheckConstraint("permissions <@ ARRAY['read', 'write', 'dashboard', 'moderate']::varchar[]", "permissions"),
    )
