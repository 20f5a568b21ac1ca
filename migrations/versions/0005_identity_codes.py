"""Codes that are mailed to somebody who has to prove who they are."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BEFORE = ("VERIFY_EMAIL", "CHANGE_EMAIL", "UNDO_EMAIL", "RESET_PASSWORD", "UNLOCK", "NOT_ME", "SECOND_FACTOR", "UNSUBSCRIBE", "CANCEL_DELETE")
AFTER = ("VERIFY_EMAIL", "CHANGE_EMAIL", "UNDO_EMAIL", "RESET_PASSWORD", "UNLOCK", "NOT_ME", "SECOND_FACTOR", "CONFIRM", "UNSUBSCRIBE", "CANCEL_DELETE")


def upgrade() -> None:
    replace_purposes(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM account_tokens WHERE purpose = 'CONFIRM'")
    replace_purposes(BEFORE)


def replace_purposes(purposes: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    op.drop_constraint(op.f("ck_account_tokens_purpose"), "account_tokens", type_="check")
    op.create_check_constraint(op.f("ck_account_tokens_purpose"), "account_tokens", f"purpose IN ({listed})")
