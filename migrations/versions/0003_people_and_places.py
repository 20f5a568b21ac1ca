"""People, places and pictures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OLD_PURPOSES = ("VERIFY_EMAIL", "CHANGE_EMAIL", "RESET_PASSWORD", "UNSUBSCRIBE", "CANCEL_DELETE")
PURPOSES = (
    "VERIFY_EMAIL",
    "CHANGE_EMAIL",
    "UNDO_EMAIL",
    "RESET_PASSWORD",
    "UNLOCK",
    "NOT_ME",
    "SECOND_FACTOR",
    "UNSUBSCRIBE",
    "CANCEL_DELETE",
)
PLANS = "'FREE', 'STARTER', 'GROWTH', 'ENTERPRISE'"
COLOR = "color ~ '^(#[0-9a-f]{6})?$'"
CHECKS = (
    ("users", "creator_level", "creator_level IN ('NONE', 'CREATOR', 'VERIFIED_CREATOR')"),
    ("users", "two_factor", "NOT two_factor_enabled OR two_factor_secret IS NOT NULL"),
    ("profiles", "completeness", "completeness BETWEEN 0 AND 100"),
    ("communities", "plan_type", f"plan_type IN ({PLANS})"),
    ("communities", "storage_used", "storage_used >= 0"),
    ("members", "plan", f"plan IN ({PLANS})"),
    ("spaces", "color", COLOR),
    ("space_members", "notification_level", "notification_level IN ('ALL', 'HIGHLIGHTS', 'MENTIONS', 'NONE')"),
    ("tags", "color", COLOR),
    ("community_emoji", "glyph_or_picture", "(glyph <> '') <> (media_id IS NOT NULL)"),
)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("permissions", postgresql.ARRAY(sa.String(length=20)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "permissions <@ ARRAY['read', 'write', 'dashboard', 'moderate']::varchar[]",
            name=op.f("ck_api_keys_permissions"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_api_keys_community_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_keys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
    )
    op.create_index("ix_api_keys_community_id", "api_keys", ["community_id"], unique=False)
    op.create_index("ix_api_keys_user_id", "api_keys", ["user_id"], unique=False)
    op.create_table(
        "blocks",
        sa.Column("blocker_id", sa.BigInteger(), nullable=False),
        sa.Column("blocked_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("blocker_id <> blocked_id", name=op.f("ck_blocks_self")),
        sa.ForeignKeyConstraint(["blocked_id"], ["users.id"], name=op.f("fk_blocks_blocked_id")),
        sa.ForeignKeyConstraint(["blocker_id"], ["users.id"], name=op.f("fk_blocks_blocker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("blocker_id", "blocked_id", name=op.f("uq_blocks_blocker_id_blocked_id")),
    )
    op.create_index("ix_blocks_blocked_id", "blocks", ["blocked_id"], unique=False)
    op.create_table(
        "categories",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=500), server_default="", nullable=False),
        sa.Column("icon", sa.String(length=16), server_default="", nullable=False),
        sa.Column("color", sa.String(length=7), server_default="", nullable=False),
        sa.Column("post_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("display_order", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("color ~ '^(#[0-9a-f]{6})?$'", name=op.f("ck_categories_color")),
        sa.CheckConstraint("depth BETWEEN 1 AND 3", name=op.f("ck_categories_depth")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_categories_parent")),
        sa.ForeignKeyConstraint(
            ["community_id", "parent_id"],
            ["categories.community_id", "categories.id"],
            name=op.f("fk_categories_community_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_categories_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_categories")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_categories_community_id_id")),
        sa.UniqueConstraint("community_id", "slug", name=op.f("uq_categories_community_id_slug")),
    )
    op.create_index(
        "ix_categories_community_id_parent_id",
        "categories",
        ["community_id", "parent_id", "display_order"],
        unique=False,
    )
    op.create_table(
        "follows",
        sa.Column("follower_id", sa.BigInteger(), nullable=False),
        sa.Column("followee_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("notify_new_posts", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("notify_activity", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'PENDING')", name=op.f("ck_follows_status")),
        sa.CheckConstraint("follower_id <> followee_id", name=op.f("ck_follows_self")),
        sa.ForeignKeyConstraint(["followee_id"], ["users.id"], name=op.f("fk_follows_followee_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["users.id"], name=op.f("fk_follows_follower_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("follower_id", "followee_id", name=op.f("uq_follows_follower_id_followee_id")),
    )
    op.create_index(
        "ix_follows_followee_id_status",
        "follows",
        ["followee_id", "status", sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_follows_follower_id_created_at", "follows", ["follower_id", "created_at"], unique=False)
    op.create_table(
        "former_usernames",
        sa.Column("username", sa.String(length=30), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_former_usernames_user_id")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_former_usernames")),
    )
    op.create_index("ix_former_usernames_until", "former_usernames", ["until"], unique=False)
    op.create_index("ix_former_usernames_user_id", "former_usernames", ["user_id"], unique=False)
    op.create_table(
        "join_questions",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("required", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sort_order", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_join_questions_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_questions")),
    )
    op.create_index("ix_join_questions_community_id", "join_questions", ["community_id", "sort_order"], unique=False)
    op.create_table(
        "media_files",
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="IMAGE", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="CONTENT", nullable=False),
        sa.Column("mime", sa.String(length=40), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("original_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("storage_key", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("preview", sa.Text(), server_default="", nullable=False),
        sa.Column("duration", sa.Integer(), nullable=True),
        sa.Column("variants", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processing_error", sa.String(length=200), nullable=True),
        sa.Column("is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("access_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_accessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attached_to", sa.String(length=60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("public_id", sa.UUID(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("kind IN ('IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT')", name=op.f("ck_media_files_kind")),
        sa.CheckConstraint("purpose IN ('AVATAR', 'BANNER', 'EMOJI', 'CONTENT')", name=op.f("ck_media_files_purpose")),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_media_files_bytes")),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_media_files_community_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_media_files_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_files")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_media_files_community_id_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_media_files_public_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_media_files_storage_key")),
    )
    op.create_index("ix_media_files_attached_to", "media_files", ["attached_to"], unique=False)
    op.create_index(
        "ix_media_files_community_id_created_at",
        "media_files",
        ["community_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_media_files_loose",
        "media_files",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("attached_to IS NULL"),
    )
    op.create_index("ix_media_files_user_id", "media_files", ["user_id"], unique=False)
    op.create_table(
        "mutes",
        sa.Column("muter_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_id", sa.BigInteger(), nullable=False),
        sa.Column("mute_type", sa.Text(), server_default="MUTE", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("mute_type IN ('MUTE', 'HIDE_POSTS', 'HIDE_STORIES')", name=op.f("ck_mutes_mute_type")),
        sa.CheckConstraint("muter_id <> muted_id", name=op.f("ck_mutes_self")),
        sa.ForeignKeyConstraint(["muted_id"], ["users.id"], name=op.f("fk_mutes_muted_id")),
        sa.ForeignKeyConstraint(["muter_id"], ["users.id"], name=op.f("fk_mutes_muter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mutes")),
        sa.UniqueConstraint("muter_id", "muted_id", name=op.f("uq_mutes_muter_id_muted_id")),
    )
    op.create_index(
        "ix_mutes_expires_at", "mutes", ["expires_at"], unique=False, postgresql_where=sa.text("expires_at IS NOT NULL")
    )
    op.create_index("ix_mutes_muted_id", "mutes", ["muted_id"], unique=False)
    op.create_table(
        "oauth_accounts",
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("provider_account_id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=254), server_default="", nullable=False),
        sa.Column("email_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("token_type", sa.String(length=40), server_default="", nullable=False),
        sa.Column("access_token", sa.LargeBinary(), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column("id_token", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_oauth_accounts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_accounts")),
        sa.UniqueConstraint(
            "provider", "provider_account_id", name=op.f("uq_oauth_accounts_provider_provider_account_id")
        ),
        sa.UniqueConstraint("user_id", "provider", name=op.f("uq_oauth_accounts_user_id_provider")),
    )
    op.create_table(
        "passkey_challenges",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("purpose IN ('REGISTER', 'LOG_IN', 'CONFIRM')", name=op.f("ck_passkey_challenges_purpose")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkey_challenges_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenges")),
        sa.UniqueConstraint("challenge_hash", name=op.f("uq_passkey_challenges_challenge_hash")),
    )
    op.create_index("ix_passkey_challenges_expires_at", "passkey_challenges", ["expires_at"], unique=False)
    op.create_index("ix_passkey_challenges_user_id", "passkey_challenges", ["user_id"], unique=False)
    op.create_table(
        "passkeys",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.String(length=20)), server_default="{}", nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"], unique=False)
    op.create_table(
        "profile_views",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("viewer_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_profile_views_user_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["users.id"], name=op.f("fk_profile_views_viewer_id")),
        sa.PrimaryKeyConstraint("user_id", "day", "viewer_id", name=op.f("pk_profile_views")),
    )
    op.create_index("ix_profile_views_viewer_id", "profile_views", ["viewer_id"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_codes_user_id_code_hash")),
    )
    op.create_table(
        "security_alerts",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "severity IN ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL')", name=op.f("ck_security_alerts_severity")
        ),
        sa.CheckConstraint(
            "type IN ('NEW_DEVICE', 'NEW_COUNTRY', 'PASSWORD_CHANGED', 'EMAIL_CHANGED', 'TWO_FACTOR_ENABLED', 'TWO_FACTOR_DISABLED', 'RECOVERY_CODE_USED', 'LOCKOUT', 'OAUTH_LINKED', 'OAUTH_UNLINKED', 'PASSKEY_ADDED', 'PASSKEY_REMOVED', 'API_KEY_CREATED', 'SESSIONS_REVOKED')",
            name=op.f("ck_security_alerts_type"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_security_alerts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_alerts")),
    )
    op.create_index(
        "ix_security_alerts_user_id_created_at",
        "security_alerts",
        ["user_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_table(
        "slug_redirects",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("old_slug", sa.String(length=80), nullable=False),
        sa.Column("target_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "kind IN ('COMMUNITY', 'SPACE', 'TAG', 'CATEGORY', 'SERIES')", name=op.f("ck_slug_redirects_kind")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_slug_redirects_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slug_redirects")),
    )
    op.create_index("ix_slug_redirects_community_id", "slug_redirects", ["community_id"], unique=False)
    op.create_index("ix_slug_redirects_kind_target_id", "slug_redirects", ["kind", "target_id"], unique=False)
    op.create_index(
        "uq_slug_redirects",
        "slug_redirects",
        ["kind", sa.literal_column("coalesce(community_id, 0)"), "old_slug"],
        unique=True,
    )
    op.create_table(
        "user_stats",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("total_followers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_following", sa.Integer(), server_default="0", nullable=False),
        sa.Column("profile_views", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_stats_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_user_stats")),
    )
    op.create_table(
        "invites",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("role", sa.Text(), server_default="MEMBER", nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=True),
        sa.Column("used_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint("role IN ('MEMBER', 'MODERATOR')", name=op.f("ck_invites_role")),
        sa.CheckConstraint("used_count <= max_uses", name=op.f("ck_invites_uses")),
        sa.ForeignKeyConstraint(
            ["community_id", "created_by"],
            ["members.community_id", "members.id"],
            name=op.f("fk_invites_community_id_created_by"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "space_id"],
            ["spaces.community_id", "spaces.id"],
            name=op.f("fk_invites_community_id_space_id"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_invites_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invites")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invites_code_hash")),
        sa.UniqueConstraint("community_id", "id", name=op.f("uq_invites_community_id_id")),
    )
    op.create_index(
        "ix_invites_community_id_created_by", "invites", ["community_id", "created_by", "created_at"], unique=False
    )
    op.create_index("ix_invites_community_id_space_id", "invites", ["community_id", "space_id"], unique=False)
    op.create_index(
        "ix_invites_email",
        "invites",
        [sa.literal_column("lower(email)")],
        unique=False,
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_table(
        "ownership_offers",
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("from_member_id", sa.BigInteger(), nullable=False),
        sa.Column("to_member_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED')", name=op.f("ck_ownership_offers_outcome")
        ),
        sa.CheckConstraint("from_member_id <> to_member_id", name=op.f("ck_ownership_offers_self")),
        sa.ForeignKeyConstraint(
            ["community_id", "from_member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_ownership_offers_community_id_from_member_id"),
        ),
        sa.ForeignKeyConstraint(
            ["community_id", "to_member_id"],
            ["members.community_id", "members.id"],
            name=op.f("fk_ownership_offers_community_id_to_member_id"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["communities.id"], name=op.f("fk_ownership_offers_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownership_offers")),
    )
    op.create_index("ix_ownership_offers_from", "ownership_offers", ["community_id", "from_member_id"], unique=False)
    op.create_index("ix_ownership_offers_to", "ownership_offers", ["community_id", "to_member_id"], unique=False)
    op.create_index(
        "uq_ownership_offers_open",
        "ownership_offers",
        ["community_id"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "invite_uses",
        sa.Column("invite_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["invite_id"], ["invites.id"], name=op.f("fk_invite_uses_invite_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invite_uses_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_uses")),
        sa.UniqueConstraint("invite_id", "user_id", name=op.f("uq_invite_uses_invite_id_user_id")),
    )
    op.create_index("ix_invite_uses_user_id", "invite_uses", ["user_id"], unique=False)
    op.add_column("account_tokens", sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("communities", sa.Column("avatar_media_id", sa.BigInteger(), nullable=True))
    op.add_column("communities", sa.Column("avatar", sa.String(length=60), server_default="", nullable=False))
    op.add_column("communities", sa.Column("banner_media_id", sa.BigInteger(), nullable=True))
    op.add_column("communities", sa.Column("banner", sa.String(length=60), server_default="", nullable=False))
    op.add_column("communities", sa.Column("plan_type", sa.Text(), server_default="FREE", nullable=False))
    op.add_column("communities", sa.Column("currency", sa.String(length=3), server_default="USD", nullable=False))
    op.add_column("communities", sa.Column("storage_used", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "communities", sa.Column("storage_limit", sa.BigInteger(), server_default="53687091200", nullable=False)
    )
    op.add_column(
        "communities", sa.Column("is_featured", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "communities", sa.Column("is_official", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("communities", sa.Column("deletes_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_communities_avatar_media_id", "communities", ["avatar_media_id"], unique=False)
    op.create_index("ix_communities_banner_media_id", "communities", ["banner_media_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_communities_avatar_media_id"), "communities", "media_files", ["avatar_media_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_communities_banner_media_id"), "communities", "media_files", ["banner_media_id"], ["id"]
    )
    op.add_column("community_emoji", sa.Column("media_id", sa.BigInteger(), nullable=True))
    op.add_column("community_emoji", sa.Column("image", sa.String(length=60), server_default="", nullable=False))
    op.alter_column(
        "community_emoji", "glyph", existing_type=sa.VARCHAR(length=16), server_default="", existing_nullable=False
    )
    op.create_index("ix_community_emoji_media_id", "community_emoji", ["community_id", "media_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_community_emoji_community_id_media_id"),
        "community_emoji",
        "media_files",
        ["community_id", "media_id"],
        ["community_id", "id"],
    )
    op.add_column("login_history", sa.Column("location", sa.String(length=120), server_default="", nullable=False))
    op.create_index(
        "ix_login_history_ip_created_at", "login_history", ["ip", sa.literal_column("created_at DESC")], unique=False
    )
    op.add_column("members", sa.Column("plan", sa.Text(), server_default="FREE", nullable=False))
    op.add_column("members", sa.Column("nickname", sa.String(length=60), nullable=True))
    op.add_column("members", sa.Column("warning_count", sa.Integer(), server_default="0", nullable=False))
    op.add_column("members", sa.Column("invited_by", sa.BigInteger(), nullable=True))
    op.add_column("members", sa.Column("approved_by", sa.BigInteger(), nullable=True))
    op.add_column(
        "members",
        sa.Column("join_answers", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
    )
    op.add_column(
        "members", sa.Column("trust_is_sticky", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("members", sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_members_approved_by", "members", ["community_id", "approved_by"], unique=False)
    op.create_index("ix_members_invited_by", "members", ["community_id", "invited_by"], unique=False)
    op.create_index(
        "ix_members_status_expires_at",
        "members",
        ["status_expires_at"],
        unique=False,
        postgresql_where=sa.text("status_expires_at IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_members_community_id_approved_by"),
        "members",
        "members",
        ["community_id", "approved_by"],
        ["community_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_members_community_id_invited_by"),
        "members",
        "members",
        ["community_id", "invited_by"],
        ["community_id", "id"],
    )
    op.add_column("posts", sa.Column("category_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_posts_category_latest",
        "posts",
        ["community_id", "category_id", sa.literal_column("published_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_posts_community_id_category_id"),
        "posts",
        "categories",
        ["community_id", "category_id"],
        ["community_id", "id"],
    )
    op.add_column(
        "profiles",
        sa.Column("social_links", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("profiles", sa.Column("youtube_channel_id", sa.String(length=40), nullable=True))
    op.add_column(
        "profiles", sa.Column("interests", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False)
    )
    op.add_column(
        "profiles", sa.Column("skills", postgresql.ARRAY(sa.String(length=40)), server_default="{}", nullable=False)
    )
    op.add_column("profiles", sa.Column("pronouns", sa.String(length=30), server_default="", nullable=False))
    op.add_column("profiles", sa.Column("birthdate", sa.Date(), nullable=True))
    op.add_column("profiles", sa.Column("avatar_media_id", sa.BigInteger(), nullable=True))
    op.add_column("profiles", sa.Column("avatar", sa.String(length=60), server_default="", nullable=False))
    op.add_column("profiles", sa.Column("banner_media_id", sa.BigInteger(), nullable=True))
    op.add_column("profiles", sa.Column("banner", sa.String(length=60), server_default="", nullable=False))
    op.add_column(
        "profiles",
        sa.Column("showcased_post_ids", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
    )
    op.add_column("profiles", sa.Column("completeness", sa.Integer(), server_default="0", nullable=False))
    op.add_column("profiles", sa.Column("completed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "profiles",
        sa.Column("theme_preference", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.create_index("ix_profiles_avatar_media_id", "profiles", ["avatar_media_id"], unique=False)
    op.create_index("ix_profiles_banner_media_id", "profiles", ["banner_media_id"], unique=False)
    op.create_foreign_key(op.f("fk_profiles_banner_media_id"), "profiles", "media_files", ["banner_media_id"], ["id"])
    op.create_foreign_key(op.f("fk_profiles_avatar_media_id"), "profiles", "media_files", ["avatar_media_id"], ["id"])
    op.add_column("sessions", sa.Column("location", sa.String(length=120), server_default="", nullable=False))
    op.add_column("sessions", sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("space_members", sa.Column("invited_by", sa.BigInteger(), nullable=True))
    op.add_column("space_members", sa.Column("approved_by", sa.BigInteger(), nullable=True))
    op.add_column("space_members", sa.Column("muted_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("space_members", sa.Column("banned_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("space_members", sa.Column("ban_reason", sa.String(length=500), nullable=True))
    op.add_column("space_members", sa.Column("contribution", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "space_members", sa.Column("notification_level", sa.Text(), server_default="HIGHLIGHTS", nullable=False)
    )
    op.add_column("space_members", sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_space_members_approved_by", "space_members", ["community_id", "approved_by"], unique=False)
    op.create_index("ix_space_members_invited_by", "space_members", ["community_id", "invited_by"], unique=False)
    op.create_foreign_key(
        op.f("fk_space_members_community_id_invited_by"),
        "space_members",
        "members",
        ["community_id", "invited_by"],
        ["community_id", "id"],
    )
    op.create_foreign_key(
        op.f("fk_space_members_community_id_approved_by"),
        "space_members",
        "members",
        ["community_id", "approved_by"],
        ["community_id", "id"],
    )
    op.add_column("spaces", sa.Column("color", sa.String(length=7), server_default="", nullable=False))
    op.add_column("spaces", sa.Column("banner_media_id", sa.BigInteger(), nullable=True))
    op.add_column("spaces", sa.Column("banner", sa.String(length=60), server_default="", nullable=False))
    op.add_column("spaces", sa.Column("premoderation", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "spaces",
        sa.Column("allowed_kinds", postgresql.ARRAY(sa.String(length=20)), server_default="{}", nullable=False),
    )
    op.add_column(
        "spaces", sa.Column("guidelines", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.add_column(
        "spaces", sa.Column("tags", postgresql.ARRAY(sa.String(length=50)), server_default="{}", nullable=False)
    )
    op.add_column("spaces", sa.Column("is_featured", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("spaces", sa.Column("is_official", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("spaces", sa.Column("rules_html", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_spaces_banner_media_id", "spaces", ["community_id", "banner_media_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_spaces_community_id_banner_media_id"),
        "spaces",
        "media_files",
        ["community_id", "banner_media_id"],
        ["community_id", "id"],
    )
    op.add_column("tags", sa.Column("color", sa.String(length=7), server_default="", nullable=False))
    op.add_column("tags", sa.Column("icon", sa.String(length=16), server_default="", nullable=False))
    op.add_column("tags", sa.Column("featured", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("tags", sa.Column("group_name", sa.String(length=50), server_default="", nullable=False))
    op.create_index("ix_tags_synonyms", "tags", ["synonyms"], unique=False, postgresql_using="gin")
    op.add_column("users", sa.Column("phone", sa.String(length=20), nullable=True))
    op.add_column("users", sa.Column("phone_verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("is_verified", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("users", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("creator_level", sa.Text(), server_default="NONE", nullable=False))
    op.add_column(
        "users", sa.Column("two_factor_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("users", sa.Column("two_factor_secret", sa.LargeBinary(), nullable=True))
    op.add_column("users", sa.Column("two_factor_step", sa.BigInteger(), nullable=True))
    op.add_column("users", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("username_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_users_status_expires_at",
        "users",
        ["status_expires_at"],
        unique=False,
        postgresql_where=sa.text("status_expires_at IS NOT NULL"),
    )
    for table, name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    replace_purposes(PURPOSES)
    op.execute("INSERT INTO user_stats (user_id) SELECT id FROM users")


def replace_purposes(purposes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    op.drop_constraint(op.f("ck_account_tokens_purpose"), "account_tokens", type_="check")
    op.create_check_constraint(op.f("ck_account_tokens_purpose"), "account_tokens", f"purpose IN ({listed})")


def downgrade() -> None:
    op.execute("DELETE FROM account_tokens WHERE purpose IN ('UNDO_EMAIL', 'UNLOCK', 'NOT_ME', 'SECOND_FACTOR')")
    replace_purposes(OLD_PURPOSES)
    for table, name, _ in reversed(CHECKS):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.drop_index(
        "ix_users_status_expires_at", table_name="users", postgresql_where=sa.text("status_expires_at IS NOT NULL")
    )
    op.drop_column("users", "username_changed_at")
    op.drop_column("users", "password_changed_at")
    op.drop_column("users", "two_factor_step")
    op.drop_column("users", "two_factor_secret")
    op.drop_column("users", "two_factor_enabled")
    op.drop_column("users", "creator_level")
    op.drop_column("users", "verified_at")
    op.drop_column("users", "is_verified")
    op.drop_column("users", "phone_verified_at")
    op.drop_column("users", "phone")
    op.drop_index("ix_tags_synonyms", table_name="tags", postgresql_using="gin")
    op.drop_column("tags", "group_name")
    op.drop_column("tags", "featured")
    op.drop_column("tags", "icon")
    op.drop_column("tags", "color")
    op.drop_constraint(op.f("fk_spaces_community_id_banner_media_id"), "spaces", type_="foreignkey")
    op.drop_index("ix_spaces_banner_media_id", table_name="spaces")
    op.drop_column("spaces", "rules_html")
    op.drop_column("spaces", "is_official")
    op.drop_column("spaces", "is_featured")
    op.drop_column("spaces", "tags")
    op.drop_column("spaces", "guidelines")
    op.drop_column("spaces", "allowed_kinds")
    op.drop_column("spaces", "premoderation")
    op.drop_column("spaces", "banner")
    op.drop_column("spaces", "banner_media_id")
    op.drop_column("spaces", "color")
    op.drop_constraint(op.f("fk_space_members_community_id_approved_by"), "space_members", type_="foreignkey")
    op.drop_constraint(op.f("fk_space_members_community_id_invited_by"), "space_members", type_="foreignkey")
    op.drop_index("ix_space_members_invited_by", table_name="space_members")
    op.drop_index("ix_space_members_approved_by", table_name="space_members")
    op.drop_column("space_members", "last_active_at")
    op.drop_column("space_members", "notification_level")
    op.drop_column("space_members", "contribution")
    op.drop_column("space_members", "ban_reason")
    op.drop_column("space_members", "banned_until")
    op.drop_column("space_members", "muted_until")
    op.drop_column("space_members", "approved_by")
    op.drop_column("space_members", "invited_by")
    op.drop_column("sessions", "second_factor_at")
    op.drop_column("sessions", "location")
    op.drop_constraint(op.f("fk_profiles_avatar_media_id"), "profiles", type_="foreignkey")
    op.drop_constraint(op.f("fk_profiles_banner_media_id"), "profiles", type_="foreignkey")
    op.drop_index("ix_profiles_banner_media_id", table_name="profiles")
    op.drop_index("ix_profiles_avatar_media_id", table_name="profiles")
    op.drop_column("profiles", "theme_preference")
    op.drop_column("profiles", "completed")
    op.drop_column("profiles", "completeness")
    op.drop_column("profiles", "showcased_post_ids")
    op.drop_column("profiles", "banner")
    op.drop_column("profiles", "banner_media_id")
    op.drop_column("profiles", "avatar")
    op.drop_column("profiles", "avatar_media_id")
    op.drop_column("profiles", "birthdate")
    op.drop_column("profiles", "pronouns")
    op.drop_column("profiles", "skills")
    op.drop_column("profiles", "interests")
    op.drop_column("profiles", "youtube_channel_id")
    op.drop_column("profiles", "social_links")
    op.drop_constraint(op.f("fk_posts_community_id_category_id"), "posts", type_="foreignkey")
    op.drop_index("ix_posts_category_latest", table_name="posts")
    op.drop_column("posts", "category_id")
    op.drop_constraint(op.f("fk_members_community_id_invited_by"), "members", type_="foreignkey")
    op.drop_constraint(op.f("fk_members_community_id_approved_by"), "members", type_="foreignkey")
    op.drop_index(
        "ix_members_status_expires_at", table_name="members", postgresql_where=sa.text("status_expires_at IS NOT NULL")
    )
    op.drop_index("ix_members_invited_by", table_name="members")
    op.drop_index("ix_members_approved_by", table_name="members")
    op.drop_column("members", "declined_at")
    op.drop_column("members", "trust_is_sticky")
    op.drop_column("members", "join_answers")
    op.drop_column("members", "approved_by")
    op.drop_column("members", "invited_by")
    op.drop_column("members", "warning_count")
    op.drop_column("members", "nickname")
    op.drop_column("members", "plan")
    op.drop_index("ix_login_history_ip_created_at", table_name="login_history")
    op.drop_column("login_history", "location")
    op.drop_constraint(op.f("fk_community_emoji_community_id_media_id"), "community_emoji", type_="foreignkey")
    op.drop_index("ix_community_emoji_media_id", table_name="community_emoji")
    op.alter_column(
        "community_emoji", "glyph", existing_type=sa.VARCHAR(length=16), server_default=None, existing_nullable=False
    )
    op.drop_column("community_emoji", "image")
    op.drop_column("community_emoji", "media_id")
    op.drop_constraint(op.f("fk_communities_banner_media_id"), "communities", type_="foreignkey")
    op.drop_constraint(op.f("fk_communities_avatar_media_id"), "communities", type_="foreignkey")
    op.drop_index("ix_communities_banner_media_id", table_name="communities")
    op.drop_index("ix_communities_avatar_media_id", table_name="communities")
    op.drop_column("communities", "deletes_at")
    op.drop_column("communities", "is_official")
    op.drop_column("communities", "is_featured")
    op.drop_column("communities", "storage_limit")
    op.drop_column("communities", "storage_used")
    op.drop_column("communities", "currency")
    op.drop_column("communities", "plan_type")
    op.drop_column("communities", "banner")
    op.drop_column("communities", "banner_media_id")
    op.drop_column("communities", "avatar")
    op.drop_column("communities", "avatar_media_id")
    op.drop_column("account_tokens", "tries")
    op.drop_index("ix_invite_uses_user_id", table_name="invite_uses")
    op.drop_table("invite_uses")
    op.drop_index(
        "uq_ownership_offers_open", table_name="ownership_offers", postgresql_where=sa.text("settled_at IS NULL")
    )
    op.drop_index("ix_ownership_offers_to", table_name="ownership_offers")
    op.drop_index("ix_ownership_offers_from", table_name="ownership_offers")
    op.drop_table("ownership_offers")
    op.drop_index("ix_invites_email", table_name="invites", postgresql_where=sa.text("email IS NOT NULL"))
    op.drop_index("ix_invites_community_id_space_id", table_name="invites")
    op.drop_index("ix_invites_community_id_created_by", table_name="invites")
    op.drop_table("invites")
    op.drop_table("user_stats")
    op.drop_index("uq_slug_redirects", table_name="slug_redirects")
    op.drop_index("ix_slug_redirects_kind_target_id", table_name="slug_redirects")
    op.drop_index("ix_slug_redirects_community_id", table_name="slug_redirects")
    op.drop_table("slug_redirects")
    op.drop_index("ix_security_alerts_user_id_created_at", table_name="security_alerts")
    op.drop_table("security_alerts")
    op.drop_table("recovery_codes")
    op.drop_index("ix_profile_views_viewer_id", table_name="profile_views")
    op.drop_table("profile_views")
    op.drop_index("ix_passkeys_user_id", table_name="passkeys")
    op.drop_table("passkeys")
    op.drop_index("ix_passkey_challenges_user_id", table_name="passkey_challenges")
    op.drop_index("ix_passkey_challenges_expires_at", table_name="passkey_challenges")
    op.drop_table("passkey_challenges")
    op.drop_table("oauth_accounts")
    op.drop_index("ix_mutes_muted_id", table_name="mutes")
    op.drop_index("ix_mutes_expires_at", table_name="mutes", postgresql_where=sa.text("expires_at IS NOT NULL"))
    op.drop_table("mutes")
    op.drop_index("ix_media_files_user_id", table_name="media_files")
    op.drop_index("ix_media_files_loose", table_name="media_files", postgresql_where=sa.text("attached_to IS NULL"))
    op.drop_index("ix_media_files_community_id_created_at", table_name="media_files")
    op.drop_index("ix_media_files_attached_to", table_name="media_files")
    op.drop_table("media_files")
    op.drop_index("ix_join_questions_community_id", table_name="join_questions")
    op.drop_table("join_questions")
    op.drop_index("ix_former_usernames_user_id", table_name="former_usernames")
    op.drop_index("ix_former_usernames_until", table_name="former_usernames")
    op.drop_table("former_usernames")
    op.drop_index("ix_follows_follower_id_created_at", table_name="follows")
    op.drop_index("ix_follows_followee_id_status", table_name="follows")
    op.drop_table("follows")
    op.drop_index("ix_categories_community_id_parent_id", table_name="categories")
    op.drop_table("categories")
    op.drop_index("ix_blocks_blocked_id", table_name="blocks")
    op.drop_table("blocks")
    op.drop_index("ix_api_keys_user_id", table_name="api_keys")
    op.drop_index("ix_api_keys_community_id", table_name="api_keys")
    op.drop_table("api_keys")
