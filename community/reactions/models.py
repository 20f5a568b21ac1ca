"""Reactions and their counts per emoji."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Numbered, one_of

TARGETS = ("POST", "COMMENT")


class Reaction(Numbered, Base):
    """One emoji by one member. The target has no foreign key: whoever purges a target purges its reactions."""

    __tablename__ = "reactions"

    community_id: Mapped[int] = mapped_column(BigInteger)
    member_id: Mapped[int] = mapped_column(BigInteger)
    target_type: Mapped[str]
    target_id: Mapped[int] = mapped_column(BigInteger)
    emoji_code: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("target_type", "target_id", "member_id", "emoji_code"),
        ForeignKeyConstraint(["community_id", "member_id"], ["members.community_id", "members.id"]),
        Index("ix_reactions_community_id_member_id", "community_id", "member_id"),
        Index("ix_reactions_member_id_created_at", "member_id", text("created_at DESC")),
        CheckConstraint(one_of("target_type", *TARGETS), "target_type"),
    )


class ReactionCount(Base):
    """How many members gave an emoji to a target."""

    __tablename__ = "reaction_counts"

    target_type: Mapped[str] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    emoji_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int] = mapped_column(server_default="0")

    __table_args__ = (CheckConstraint("count >= 0", "count"),)
