"""Users, their profiles, and the numbers shown on them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.core.encryption import EncryptedText
from community.core.models import Base, Public, Stamped, one_of

SITE_ROLES = ("USER", "SITE_ADMIN", "SYSTEM")
STATUSES = ("PENDING_VERIFICATION", "ACTIVE", "SUSPENDED", "BANNED", "DELETED")
CREATOR_LEVELS = ("NONE", "CREATOR", "VERIFIED_CREATOR")
THEMES = ("SYSTEM", "LIGHT", "DARK")


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
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_verified_at: Mapped[dt.datetime | None]
    is_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    """The identity badge, given by site administrators; the proven address is `email_verified_at`."""
    verified_at: Mapped[dt.datetime | None]
    creator_level: Mapped[str] = mapped_column(server_default="NONE")
    two_factor_enabled: Mapped[bool] = mapped_column(server_default=text("false"))
    two_factor_secret: Mapped[str | None] = mapped_column(EncryptedText("users.two_factor_secret"))
    two_factor_step: Mapped[int | None] = mapped_column(BigInteger)
    """The last 30-second step whose code was accepted: each code counts once."""
    password_changed_at: Mapped[dt.datetime | None]
    username_changed_at: Mapped[dt.datetime | None]
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
        CheckConstraint(one_of("creator_level", *CREATOR_LEVELS), "creator_level"),
        CheckConstraint("NOT two_factor_enabled OR two_factor_secret IS NOT NULL", "two_factor"),
        Index("ix_users_status_expires_at", "status_expires_at", postgresql_where=text("status_expires_at IS NOT NULL")),
    )

    @property
    def is_verified_email(self) -> bool:
        return self.email_verified_at is not None

    def status_at(self, at: dt.datetime) -> str:
        """The status at a moment: a suspension that is over has ended."""
        if self.status == "SUSPENDED" and self.status_expires_at is not None and self.status_expires_at <= at:
            return self.status_after_all
        return self.status

    @property
    def status_after_all(self) -> str:
        """What the account is when nothing is held against it."""
        return "ACTIVE" if self.is_verified_email else "PENDING_VERIFICATION"

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
    social_links: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    youtube_channel_id: Mapped[str | None] = mapped_column(String(40))
    interests: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default="{}")
    pronouns: Mapped[str] = mapped_column(String(30), server_default="")
    birthdate: Mapped[dt.date | None] = mapped_column(Date)
    avatar_media_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("media_files.id", use_alter=True))
    avatar: Mapped[str] = mapped_column(String(60), server_default="")
    """The key of the finished picture in addresses; empty without one, so that cards need no join."""
    banner_media_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("media_files.id", use_alter=True))
    banner: Mapped[str] = mapped_column(String(60), server_default="")
    showcased_post_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    completeness: Mapped[int] = mapped_column(server_default="0")
    completed: Mapped[bool] = mapped_column(server_default=text("false"))
    theme: Mapped[str] = mapped_column(server_default="SYSTEM")
    theme_preference: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")
    privacy: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}")

    user: Mapped[User] = relationship(back_populates="profile", lazy="raise")

    __table_args__ = (
        Index("ix_profiles_display_name_trgm", "display_name", postgresql_using="gin",
              postgresql_ops={"display_name": "gin_trgm_ops"}),
        Index("ix_profiles_avatar_media_id", "avatar_media_id"),
        Index("ix_profiles_banner_media_id", "banner_media_id"),
        CheckConstraint(one_of("theme", *THEMES), "theme"),
        CheckConstraint("completeness BETWEEN 0 AND 100", "completeness"),
    )


class UserStats(Base):
    """Numbers of a person over the whole site."""

    __tablename__ = "user_stats"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    total_followers: Mapped[int] = mapped_column(server_default="0")
    total_following: Mapped[int] = mapped_column(server_default="0")
    profile_views: Mapped[int] = mapped_column(server_default="0")


class ProfileView(Base):
    """That a person looked at a profile on a UTC day; counted once."""

    __tablename__ = "profile_views"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    viewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)

    __table_args__ = (Index("ix_profile_views_viewer_id", "viewer_id"),)


class FormerUsername(Base):
    """A name somebody had: it leads to them, and nobody else takes it, until the date."""

    __tablename__ = "former_usernames"

    username: Mapped[str] = mapped_column(String(30), primary_key=True)
    """In lower case."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    until: Mapped[dt.datetime]

    __table_args__ = (Index("ix_former_usernames_user_id", "user_id"), Index("ix_former_usernames_until", "until"))
