"""How people come in: invitations, the questions they answer, and the hand-over of a community."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from community.core.encryption import EncryptedText
from community.core.models import Base, Numbered, one_of


class Invite(Numbered, Base):
    """A link, or an address invited by mail, that lets somebody in. Its code is kept as a hash, and encrypted."""

    __tablename__ = "invites"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    space_id: Mapped[int | None] = mapped_column(BigInteger)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    code: Mapped[str] = mapped_column(EncryptedText("invites.code"))
    email: Mapped[str | None] = mapped_column(String(254))
    """The only address that may use it; None: whoever has the link."""
    role: Mapped[str] = mapped_column(server_default="MEMBER")
    max_uses: Mapped[int | None]
    used_count: Mapped[int] = mapped_column(server_default="0")
    created_by: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    mailed_at: Mapped[dt.datetime | None]
    """When the mail of an invitation to an address went out."""

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        ForeignKeyConstraint(["community_id", "space_id"], ["spaces.community_id", "spaces.id"]),
        ForeignKeyConstraint(["community_id", "created_by"], ["members.community_id", "members.id"]),
        Index("ix_invites_community_id_space_id", "community_id", "space_id"),
        Index("ix_invites_community_id_created_by", "community_id", "created_by", "created_at"),
        Index("ix_invites_email", text("lower(email)"), postgresql_where=text("email IS NOT NULL")),
        CheckConstraint(one_of("role", "MEMBER", "MODERATOR"), "role"),
        CheckConstraint("used_count <= max_uses", "uses"),
    )


class InviteUse(Numbered, Base):
    """Somebody came in by an invitation."""

    __tablename__ = "invite_uses"

    invite_id: Mapped[int] = mapped_column(ForeignKey("invites.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    used_at: Mapped[dt.datetime]

    __table_args__ = (UniqueConstraint("invite_id", "user_id"), Index("ix_invite_uses_user_id", "user_id"))


class JoinQuestion(Numbered, Base):
    """Something a community asks whoever wants to join."""

    __tablename__ = "join_questions"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    text: Mapped[str] = mapped_column(String(200))
    required: Mapped[bool] = mapped_column(server_default="true")
    sort_order: Mapped[int] = mapped_column(SmallInteger, server_default="0")

    __table_args__ = (Index("ix_join_questions_community_id", "community_id", "sort_order"),)


class OwnershipOffer(Numbered, Base):
    """An owner offers the community to a member, who answers within seven days."""

    __tablename__ = "ownership_offers"

    community_id: Mapped[int] = mapped_column(ForeignKey("communities.id"))
    from_member_id: Mapped[int] = mapped_column(BigInteger)
    to_member_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (
        ForeignKeyConstraint(["community_id", "from_member_id"], ["members.community_id", "members.id"]),
        ForeignKeyConstraint(["community_id", "to_member_id"], ["members.community_id", "members.id"]),
        Index("ix_ownership_offers_from", "community_id", "from_member_id"),
        Index("ix_ownership_offers_to", "community_id", "to_member_id"),
        Index("uq_ownership_offers_open", "community_id", unique=True, postgresql_where=text("settled_at IS NULL")),
        CheckConstraint(one_of("outcome", "ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"), "outcome"),
        CheckConstraint("from_member_id <> to_member_id", "self"),
    )


class SlugRedirect(Numbered, Base):
    """An address something had before; it leads to the present one."""

    __tablename__ = "slug_redirects"

    kind: Mapped[str]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    """Where the slug was unique; None: over the whole site."""
    old_slug: Mapped[str] = mapped_column(String(80))
    target_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        Index("uq_slug_redirects", "kind", text("coalesce(community_id, 0)"), "old_slug", unique=True),
        Index("ix_slug_redirects_community_id", "community_id"),
        Index("ix_slug_redirects_kind_target_id", "kind", "target_id"),
        CheckConstraint(one_of("kind", "COMMUNITY", "SPACE", "TAG", "CATEGORY", "SERIES"), "kind"),
    )
