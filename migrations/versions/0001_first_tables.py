"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op
from alembic.util import CommandError
from sqlalchemy.dialects import postgresql

from community.core.outbox.models import Xid8

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


EXTENSIONS = ("pg_trgm", "unaccent")


def upgrade() -> None:
    need_postgresql(18)
    for extension in EXTENSIONS:
        need_extension(extension)
    op.create_table(
        "communities",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=500), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("about_html", sa.Text(), server_default="", nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_html", sa.Text(), server_default="", nullable=False),
        sa.Column("rules_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("hue", sa.Integer(), server_default="165", nullable=False),
        sa.Column("visibility", sa.Text(), server_default="PUBLIC", nullable=False),
        sa.Column("join_policy", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("locale", sa.Text(), server_default="en", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("member_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "join_policy IN ('OPEN', 'APPROVAL', 'INVITE_ONLY')", name=op.f("ck_communities_join_policy")
        ),
        sa.CheckConstraint("status IN ('ACTIVE', 'LOCKED', 'DELETED')", name=op.f("ck_communities_status")),
        sa.CheckConstraint("visibility IN ('PUBLIC', 'PRIVATE', 'HIDDEN')", name=op.f("ck_communities_visibility")),
        sa.CheckConstraint("hue BETWEEN 0 AND 359", name=op.f("ck_communities_hue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_communities")),
        sa.UniqueConstraint("public_id", name=op.f("uq_communities_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_communities_slug")),
    )
    op.create_index(
        "ix_communities_directory",
        "communities",
        [sa.literal_column("member_count DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND visibility <> 'HIDDEN'"),
    )
    op.create_table(
        "delivery_counts",
        sa.Column("handler", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "outcome IN ('DONE', 'SKIPPED', 'RETRIED', 'DEAD', 'DISCARDED')", name=op.f("ck_delivery_counts_outcome")
        ),
        sa.PrimaryKeyConstraint("handler", "day", "outcome", name=op.f("pk_delivery_counts")),
    )
    op.create_table(
        "import_records",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("entity_type", sa.String(length=40), nullable=True),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("outcome IN ('IMPORTED', 'SKIPPED', 'FAILED')", name=op.f("ck_import_records_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_records")),
        sa.UniqueConstraint("source", "kind", "external_id", name=op.f("uq_import_records_source_kind_external_id")),
    )
    op.create_index("ix_import_records_entity", "import_records", ["entity_type", "entity_id"], unique=False)
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="RUNNING", nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("host", sa.String(length=120), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("status IN ('RUNNING', 'DONE', 'FAILED')", name=op.f("ck_job_runs_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
        sa.UniqueConstraint("name", "scheduled_for", name=op.f("uq_job_runs_name_scheduled_for")),
    )
    op.create_table(
        "outbox_events",
        sa.Column("tx", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("aggregate_type", sa.String(length=40), nullable=False),
        sa.Column("aggregate_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_user_id", sa.BigInteger(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="50", nullable=False),
        sa.Column("correlation_id", sa.UUID(), nullable=True),
        sa.Column("causation_id", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_events")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_events_public_id")),
    )
    op.create_index("ix_outbox_events_correlation_id", "outbox_events", ["correlation_id"], unique=False)
    op.create_index("ix_outbox_events_occurred_at", "outbox_events", ["occurred_at"], unique=False)
    op.create_table(
        "reaction_counts",
        sa.Column("target_type", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("emoji_code", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_reaction_counts_count")),
        sa.PrimaryKeyConstraint("target_type", "target_id", "emoji_code", name=op.f("pk_reaction_counts")),
    )
    op.create_table(
        "site_settings",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_site_settings")),
    )
    op.create_table(
        "users",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("site_role", sa.Text(), server_default="USER", nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING_VERIFICATION", nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("preferred_language", sa.Text(), server_default="en", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("site_role IN ('USER', 'SITE_ADMIN', 'SYSTEM')", name=op.f("ck_users_site_role")),
        sa.CheckConstraint(
            "status IN ('PENDING_VERIFICATION', 'ACTIVE', 'SUSPENDED', 'BANNED', 'DELETED')",
            name=op.f("ck_users_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("public_id", name=op.f("uq_users_public_id")),
    )
    op.create_index("ix_users_created_at", "users", ["created_at"], unique=False)
    op.create_index("ix_users_last_seen_at", "users", ["last_seen_at"], unique=False)
    op.create_index("ix_users_status", "users", ["status"], unique=False)
    op.create_index(
        "ix_users_username_trgm",
        "users",
        ["username"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"username": "gin_trgm_ops"},
    )
    op.create_index("uq_users_email", "users", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_users_username", "users", [sa.literal_column("lower(username)")], unique=True)
    op.create_table(
        "account_tokens",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('VERIFY_EMAIL', 'CHANGE_EMAIL', 'RESET_PASSWORD', 'UNSUBSCRIBE', 'CANCEL_DELETE')",
            name=op.f("ck_account_tokens_purpose"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_tokens_token_hash")),
    )
    op.create_index("ix_account_tokens_expires_at", "account_tokens", ["expires_at"], unique=False)
    op.create_index("ix_account_tokens_user_id_purpose", "account_tokens", ["user_id", "purpose"], unique=False)
    op.create_table(
        "community_emoji",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("glyph", sa.String(length=16), nullable=False),
        sa.Column("counts_as_like", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("sort_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("code ~ '^[a-z0-9_]{2,32}$'", name=op.f("ck_community_emoji_code")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_community_emoji_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_emoji")),
        sa.UniqueConstraint("community_id", "code", name=op.f("uq_community_emoji_community_id_code")),
    )
    op.create_table(
        "event_deliveries",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("handler", sa.String(length=120), nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="50", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=2000), nullable=True),
        sa.CheckConstraint(
            "status IN ('PENDING', 'RUNNING', 'RETRY', 'DEAD')", name=op.f("ck_event_deliveries_status")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["outbox_events.id"], name=op.f("fk_event_deliveries_event_id")),
        sa.PrimaryKeyConstraint("event_id", "handler", name=op.f("pk_event_deliveries")),
        postgresql_with={
            "autovacuum_vacuum_scale_factor": 0,
            "autovacuum_vacuum_threshold": 5000,
            "autovacuum_vacuum_cost_delay": 0,
        },
    )
    op.create_index(
        "ix_event_deliveries_due",
        "event_deliveries",
        ["lane", sa.literal_column("priority DESC"), "event_id"],
        unique=False,
        postgresql_where=sa.text("status IN ('PENDING', 'RETRY')"),
    )
    op.create_index(
        "ix_event_deliveries_status_next_attempt_at",
        "event_deliveries",
        ["status", "next_attempt_at", sa.literal_column("priority DESC")],
        unique=False,
    )
    op.create_table(
        "login_history",
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("identifier_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ip", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.String(length=400), server_default="", nullable=False),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "reason IN ('OK', 'BAD_PASSWORD', 'UNKNOWN_USER', 'LOCKED', 'NOT_VERIFIED', 'BAD_2FA', 'SUSPENDED', 'BANNED', 'OAUTH')",
            name=op.f("ck_login_history_reason"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_login_history_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_history")),
    )
    op.create_index(
        "ix_login_history_identifier_hash_created_at",
        "login_history",
        ["identifier_hash", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_login_history_user_id_created_at",
        "login_history",
        ["user_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_table(
        "members",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default="MEMBER", nullable=False),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("status_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trust_level", sa.Text(), server_default="NEW", nullable=False),
        sa.Column("title", sa.String(length=60), server_default="", nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reaction_given_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("like_received_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('OWNER', 'ADMIN', 'MODERATOR', 'MEMBER')", name=op.f("ck_members_role")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'ACTIVE', 'SUSPENDED', 'BANNED', 'ARCHIVED')", name=op.f("ck_members_status")
        ),
        sa.CheckConstraint("trust_level IN ('NEW', 'ACTIVE', 'TRUSTED')", name=op.f("ck_members_trust_level")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_members_community_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_members_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_members_community_id_id")),
        sa.UniqueConstraint("community_id", "user_id", name=op.f("uq_members_community_id_user_id")),
    )
    op.create_index(
        "ix_members_community_id_last_active_at",
        "members",
        ["community_id", sa.literal_column("last_active_at DESC")],
        unique=False,
    )
    op.create_index("ix_members_community_id_status_role", "members", ["community_id", "status", "role"], unique=False)
    op.create_index("ix_members_user_id", "members", ["user_id"], unique=False)
    op.create_table(
        "notifications",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("actor_user_id", sa.BigInteger(), nullable=True),
        sa.Column("entity_type", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("message", sa.String(length=500), server_default="", nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("action_url", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("source_event_id", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "action_url LIKE '/%%' AND action_url NOT LIKE '//%%'", name=op.f("ck_notifications_local_path")
        ),
        sa.ForeignKeyConstraint(["actor_user_id"], ["users.id"], name=op.f("fk_notifications_actor_user_id")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_notifications_community_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notifications_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notifications_public_id")),
        sa.UniqueConstraint(
            "user_id", "source_event_id", "type", name=op.f("uq_notifications_user_id_source_event_id_type")
        ),
    )
    op.create_index("ix_notifications_actor_user_id", "notifications", ["actor_user_id"], unique=False)
    op.create_index("ix_notifications_community_id", "notifications", ["community_id"], unique=False)
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL AND dismissed_at IS NULL"),
    )
    op.create_index(
        "ix_notifications_user_id_created_at",
        "notifications",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "profiles",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("display_name", sa.String(length=60), nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("bio_html", sa.Text(), server_default="", nullable=False),
        sa.Column("location", sa.String(length=80), server_default="", nullable=False),
        sa.Column("website", sa.Text(), server_default="", nullable=False),
        sa.Column("theme", sa.Text(), server_default="SYSTEM", nullable=False),
        sa.Column("privacy", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("theme IN ('SYSTEM', 'LIGHT', 'DARK')", name=op.f("ck_profiles_theme")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profiles_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_profiles")),
    )
    op.create_index(
        "ix_profiles_display_name_trgm",
        "profiles",
        ["display_name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"display_name": "gin_trgm_ops"},
    )
    op.create_table(
        "sessions",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remembered", sa.Boolean(), nullable=False),
        sa.Column("ip", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.String(length=400), server_default="", nullable=False),
        sa.Column("device_type", sa.Text(), server_default="OTHER", nullable=False),
        sa.Column("device_label", sa.String(length=120), server_default="", nullable=False),
        sa.Column("reauthenticated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "device_type IN ('DESKTOP', 'MOBILE', 'TABLET', 'BOT', 'OTHER')", name=op.f("ck_sessions_device_type")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_user_id_revoked_at", "sessions", ["user_id", "revoked_at"], unique=False)
    op.create_table(
        "spaces",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("description", sa.String(length=500), server_default="", nullable=False),
        sa.Column("icon", sa.String(length=16), server_default="", nullable=False),
        sa.Column("visibility", sa.Text(), server_default="PUBLIC", nullable=False),
        sa.Column("join_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("posting_policy", sa.Text(), server_default="MEMBERS", nullable=False),
        sa.Column("default_sort", sa.Text(), server_default="latest", nullable=False),
        sa.Column("rules", sa.Text(), server_default="", nullable=False),
        sa.Column("sort_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("auto_join", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("member_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "posting_policy IN ('MEMBERS', 'SPACE_MEMBERS', 'STAFF')", name=op.f("ck_spaces_posting_policy")
        ),
        sa.CheckConstraint(
            "visibility IN ('PUBLIC', 'PRIVATE', 'INVITE_ONLY', 'HIDDEN')", name=op.f("ck_spaces_visibility")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_spaces_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spaces")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_spaces_community_id_id")),
        sa.UniqueConstraint("community_id", "slug", name=op.f("uq_spaces_community_id_slug")),
        sa.UniqueConstraint("public_id", name=op.f("uq_spaces_public_id")),
    )
    op.create_index(
        "ix_spaces_community_id_sort_order", "spaces", ["community_id", "deleted_at", "sort_order"], unique=False
    )
    op.create_table(
        "tags",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("synonyms", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_tags_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_tags_community_id_id")),
        sa.UniqueConstraint("community_id", "slug", name=op.f("uq_tags_community_id_slug")),
    )
    op.create_index(
        "uq_tags_community_id_name", "tags", ["community_id", sa.literal_column("lower(name)")], unique=True
    )
    op.create_table(
        "member_periods",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "end_reason IN ('LEFT', 'BANNED', 'REMOVED', 'ARCHIVED')", name=op.f("ck_member_periods_end_reason")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_member_periods_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_periods")),
    )
    op.create_index("ix_member_periods_member_id", "member_periods", ["member_id"], unique=False)
    op.create_index(
        "uq_member_periods_open",
        "member_periods",
        ["member_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "posts",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="DISCUSSION", nullable=False),
        sa.Column("status", sa.Text(), server_default="DRAFT", nullable=False),
        sa.Column("moderation_status", sa.Text(), server_default="AUTO_APPROVED", nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("renderer_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("excerpt", sa.String(length=500), server_default="", nullable=False),
        sa.Column("word_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reading_minutes", sa.Integer(), server_default="1", nullable=False),
        sa.Column("accepted_comment_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("allow_comments", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("comments_locked_reason", sa.String(length=200), nullable=True),
        sa.Column("view_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("like_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reaction_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("comment_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("imported_score", sa.Integer(), nullable=True),
        sa.Column("top_score", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trending_score", sa.Numeric(precision=10, scale=2), server_default="0", nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rev", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("current_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.BigInteger(), nullable=True),
        sa.Column("client_token", sa.String(length=64), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('DISCUSSION', 'QUESTION', 'BLOG', 'LIVE_BLOG', 'POLL', 'VIDEO_REVIEW', 'FAN_ART', 'THEORY_THREAD', 'TUTORIAL', 'NEWS')",
            name=op.f("ck_posts_kind"),
        ),
        sa.CheckConstraint(
            "moderation_status IN ('AUTO_APPROVED', 'PENDING', 'UNDER_REVIEW', 'ESCALATED', 'APPROVED', 'REJECTED', 'SHADOW_BANNED')",
            name=op.f("ck_posts_moderation_status"),
        ),
        sa.CheckConstraint(
            "status IN ('DRAFT', 'SCHEDULED', 'PUBLISHED', 'ARCHIVED', 'FLAGGED', 'REMOVED')",
            name=op.f("ck_posts_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('PUBLISHED', 'ARCHIVED') OR published_at IS NOT NULL", name=op.f("ck_posts_published_at")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "author_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_posts_community_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "space_id"],
            ["spaces.community_id", "spaces.id"],
            name=op.f("fk_posts_community_id_space_id"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_posts_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("author_id", "client_token", name=op.f("uq_posts_author_id_client_token")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_posts_community_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_posts_public_id")),
    )
    op.create_index(
        "ix_posts_activity",
        "posts",
        ["community_id", sa.literal_column("last_activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND status = 'PUBLISHED'"),
    )
    op.create_index(
        "ix_posts_author",
        "posts",
        ["author_id", sa.literal_column("created_at DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_posts_author_hash", "posts", ["author_id", "content_hash", "created_at"], unique=False)
    op.create_index("ix_posts_community_id_author_id", "posts", ["community_id", "author_id"], unique=False)
    op.create_index("ix_posts_community_id_space_id", "posts", ["community_id", "space_id"], unique=False)
    op.create_index(
        "ix_posts_latest",
        "posts",
        ["community_id", "status", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_posts_scheduled", "posts", ["scheduled_for"], unique=False, postgresql_where=sa.text("status = 'SCHEDULED'")
    )
    op.create_index(
        "ix_posts_space_activity",
        "posts",
        ["space_id", sa.literal_column("last_activity_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND status = 'PUBLISHED'"),
    )
    op.create_index(
        "ix_posts_space_latest",
        "posts",
        ["space_id", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_posts_top",
        "posts",
        ["community_id", sa.literal_column("top_score DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL AND status = 'PUBLISHED'"),
    )
    op.create_index(
        "ix_posts_unanswered",
        "posts",
        ["community_id", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        postgresql_where=sa.text(
            "deleted_at IS NULL AND status = 'PUBLISHED' AND kind = 'QUESTION' AND accepted_comment_id IS NULL"
        ),
    )
    op.create_table(
        "reactions",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("target_type", sa.Text(), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("emoji_code", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("target_type IN ('POST', 'COMMENT')", name=op.f("ck_reactions_target_type")),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_reactions_community_id_member_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reactions")),
        sa.UniqueConstraint(
            "target_type",
            "target_id",
            "member_id",
            "emoji_code",
            name=op.f("uq_reactions_target_type_target_id_member_id_emoji_code"),
        ),
    )
    op.create_index("ix_reactions_community_id_member_id", "reactions", ["community_id", "member_id"], unique=False)
    op.create_index(
        "ix_reactions_member_id_created_at",
        "reactions",
        ["member_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_table(
        "space_members",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default="MEMBER", nullable=False),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('OWNER', 'ADMIN', 'MODERATOR', 'MEMBER')", name=op.f("ck_space_members_role")),
        sa.CheckConstraint(
            "status IN ('INVITED', 'PENDING', 'ACTIVE', 'BANNED', 'LEFT')", name=op.f("ck_space_members_status")
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_space_members_community_id_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "space_id"],
            ["spaces.community_id", "spaces.id"],
            name=op.f("fk_space_members_community_id_space_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_space_members")),
        sa.UniqueConstraint("space_id", "member_id", name=op.f("uq_space_members_space_id_member_id")),
    )
    op.create_index(
        "ix_space_members_community_id_member_id", "space_members", ["community_id", "member_id"], unique=False
    )
    op.create_index(
        "ix_space_members_community_id_space_id", "space_members", ["community_id", "space_id"], unique=False
    )
    op.create_table(
        "comments",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("root_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("path", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("renderer_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reply_to_name", sa.String(length=60), nullable=True),
        sa.Column("is_answer", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("status", sa.Text(), server_default="PUBLISHED", nullable=False),
        sa.Column("moderation_status", sa.Text(), server_default="AUTO_APPROVED", nullable=False),
        sa.Column("like_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reaction_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reply_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("imported_score", sa.Integer(), nullable=True),
        sa.Column("rev", sa.Integer(), server_default="1", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sa.BigInteger(), nullable=True),
        sa.Column("ip", postgresql.INET(), nullable=True),
        sa.Column("client_token", sa.String(length=64), nullable=True),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "moderation_status IN ('AUTO_APPROVED', 'PENDING', 'UNDER_REVIEW', 'ESCALATED', 'APPROVED', 'REJECTED', 'SHADOW_BANNED')",
            name=op.f("ck_comments_moderation_status"),
        ),
        sa.CheckConstraint("status IN ('PUBLISHED', 'FLAGGED', 'REMOVED')", name=op.f("ck_comments_status")),
        sa.ForeignKeyConstraint(
            ["community_id", "author_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_comments_community_id_author_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "post_id"],
            ["posts.community_id", "posts.id"],
            name=op.f("fk_comments_community_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["post_id", "parent_id"], ["comments.post_id", "comments.id"], name=op.f("fk_comments_post_id_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("author_id", "client_token", name=op.f("uq_comments_author_id_client_token")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_comments_community_id_id")),
        sa.UniqueConstraint("post_id", "id", name=op.f("uq_comments_post_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_comments_public_id")),
    )
    op.create_index(
        "ix_comments_author_id_created_at",
        "comments",
        ["author_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index("ix_comments_community_id_author_id", "comments", ["community_id", "author_id"], unique=False)
    op.create_index("ix_comments_community_id_post_id", "comments", ["community_id", "post_id"], unique=False)
    op.create_index("ix_comments_post_id_created_at", "comments", ["post_id", "created_at"], unique=False)
    op.create_index("ix_comments_post_id_parent_id", "comments", ["post_id", "parent_id"], unique=False)
    op.create_index("ix_comments_post_id_path", "comments", ["post_id", "path"], unique=False)
    op.create_index("ix_comments_post_id_root_id", "comments", ["post_id", "root_id", "path"], unique=False)
    op.create_index(
        "ix_comments_roots_top",
        "comments",
        ["post_id", sa.literal_column("like_count DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("parent_id IS NULL"),
    )
    op.create_table(
        "post_relations",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("related_post_id", sa.BigInteger(), nullable=False),
        sa.Column("relation_type", sa.Text(), server_default="RELATED", nullable=False),
        sa.Column("sort_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "relation_type IN ('RELATED', 'SEQUEL', 'PREQUEL', 'TRANSLATION')",
            name=op.f("ck_post_relations_relation_type"),
        ),
        sa.CheckConstraint("post_id <> related_post_id", name=op.f("ck_post_relations_no_self")),
        sa.ForeignKeyConstraint(
            ["community_id", "post_id"],
            ["posts.community_id", "posts.id"],
            name=op.f("fk_post_relations_community_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "related_post_id"],
            ["posts.community_id", "posts.id"],
            name=op.f("fk_post_relations_community_id_related_post_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_relations")),
        sa.UniqueConstraint("post_id", "related_post_id", name=op.f("uq_post_relations_post_id_related_post_id")),
    )
    op.create_index(
        "ix_post_relations_community_id_post_id", "post_relations", ["community_id", "post_id"], unique=False
    )
    op.create_index(
        "ix_post_relations_community_id_related_post_id",
        "post_relations",
        ["community_id", "related_post_id"],
        unique=False,
    )
    op.create_table(
        "post_revisions",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.String()), server_default="{}", nullable=False),
        sa.Column("change_note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["editor_id"], ["members.id"], name=op.f("fk_post_revisions_editor_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_revisions_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_revisions")),
        sa.UniqueConstraint("post_id", "version", name=op.f("uq_post_revisions_post_id_version")),
    )
    op.create_index("ix_post_revisions_editor_id", "post_revisions", ["editor_id"], unique=False)
    op.create_table(
        "post_tags",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("tag_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id", "post_id"],
            ["posts.community_id", "posts.id"],
            name=op.f("fk_post_tags_community_id_post_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "tag_id"], ["tags.community_id", "tags.id"], name=op.f("fk_post_tags_community_id_tag_id")
        ),
        sa.PrimaryKeyConstraint("post_id", "tag_id", name=op.f("pk_post_tags")),
    )
    op.create_index("ix_post_tags_community_id_post_id", "post_tags", ["community_id", "post_id"], unique=False)
    op.create_index(
        "ix_post_tags_community_id_tag_id",
        "post_tags",
        ["community_id", "tag_id", sa.literal_column("post_id DESC")],
        unique=False,
    )
    op.create_table(
        "comment_revisions",
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_comment_revisions_comment_id")),
        sa.ForeignKeyConstraint(["editor_id"], ["members.id"], name=op.f("fk_comment_revisions_editor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revisions")),
        sa.UniqueConstraint("comment_id", "version", name=op.f("uq_comment_revisions_comment_id_version")),
    )
    op.create_index("ix_comment_revisions_editor_id", "comment_revisions", ["editor_id"], unique=False)


def downgrade() -> None:
    op.drop_table("comment_revisions")
    op.drop_table("post_tags")
    op.drop_table("post_revisions")
    op.drop_table("post_relations")
    op.drop_table("comments")
    op.drop_table("space_members")
    op.drop_table("reactions")
    op.drop_table("posts")
    op.drop_table("member_periods")
    op.drop_table("tags")
    op.drop_table("spaces")
    op.drop_table("sessions")
    op.drop_table("profiles")
    op.drop_table("notifications")
    op.drop_table("members")
    op.drop_table("login_history")
    op.drop_table("event_deliveries")
    op.drop_table("community_emoji")
    op.drop_table("account_tokens")
    op.drop_table("users")
    op.drop_table("site_settings")
    op.drop_table("reaction_counts")
    op.drop_table("outbox_events")
    op.drop_table("job_runs")
    op.drop_table("import_records")
    op.drop_table("delivery_counts")
    op.drop_table("communities")


def need_postgresql(major: int) -> None:
    """Stop with a plain message on a server that is too old (`uuidv7()` is new in 18)."""
    if context.is_offline_mode():
        return
    found = op.get_bind().dialect.server_version_info
    if found is None or found[0] < major:
        raise CommandError(f"PostgreSQL {major} or later is needed; this is {found}.")


def need_extension(name: str) -> None:
    """Create an extension where it is missing and this role may; else say who has to do it."""
    if context.is_offline_mode():
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        return
    bind = op.get_bind()
    if bind.scalar(sa.text("SELECT 1 FROM pg_extension WHERE extname = :name"), {"name": name}):
        return
    try:
        with bind.begin_nested():
            op.execute(f"CREATE EXTENSION {name}")
    except sa.exc.DBAPIError as error:
        raise CommandError(
            f"The database has no extension {name}, and this role cannot create it ({error.orig}). "
            f"Let a superuser run in this database: CREATE EXTENSION {name};"
        ) from error
