"""Uploaded files."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Public, one_of

KINDS = ("IMAGE", "VIDEO", "AUDIO", "DOCUMENT")
PURPOSES = ("AVATAR", "BANNER", "EMOJI", "CONTENT")


class MediaFile(Public, Base):
    """A file somebody uploaded, and the variants made of it."""

    __tablename__ = "media_files"

    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    """Whose storage it counts against; None: a person's own picture."""
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(server_default="IMAGE")
    purpose: Mapped[str] = mapped_column(server_default="CONTENT")
    mime: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column("bytes", BigInteger)
    """What it takes of the storage: the upload, and its variants once they are made."""
    original_name: Mapped[str] = mapped_column(String(200), server_default="")
    storage_key: Mapped[str] = mapped_column(String(60), unique=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    width: Mapped[int | None]
    height: Mapped[int | None]
    preview: Mapped[str] = mapped_column(server_default="")
    """A blurred picture 20 pixels wide, as a data URI."""
    duration: Mapped[int | None]
    variants: Mapped[dict[str, dict[str, object]]] = mapped_column(JSONB, server_default="{}")
    processed_at: Mapped[dt.datetime | None]
    processing_error: Mapped[str | None] = mapped_column(String(200))
    is_public: Mapped[bool] = mapped_column(server_default=text("false"))
    access_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    last_accessed_at: Mapped[dt.datetime | None]
    attached_to: Mapped[str | None] = mapped_column(String(60))
    """What shows it, as `kind:id`; a file of nothing is deleted after a day."""
    created_at: Mapped[dt.datetime]

    __table_args__ = (
        UniqueConstraint("community_id", "id"),
        Index("ix_media_files_user_id", "user_id"),
        Index("ix_media_files_community_id_created_at", "community_id", text("created_at DESC")),
        Index("ix_media_files_loose", "created_at", postgresql_where=text("attached_to IS NULL")),
        Index("ix_media_files_attached_to", "attached_to"),
        CheckConstraint(one_of("kind", *KINDS), "kind"),
        CheckConstraint(one_of("purpose", *PURPOSES), "purpose"),
        CheckConstraint("bytes >= 0", "bytes"),
    )
