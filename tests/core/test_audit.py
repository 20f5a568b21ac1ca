"""The audit log only grows."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from community.core.audit import AuditLog, audit
from community.extensions import db


def test_an_act_is_noted_with_who_and_what(viewer_of, ada) -> None:
    audit("PERMISSION_CHANGE", "member.role_changed", ("member", 7), by=viewer_of(ada), community_id=1,
          before={"role": "MEMBER"}, after={"role": "MODERATOR"}, reason="Helps every day.")
    row = db.session.query(AuditLog).one()
    assert (row.actor_user_id, row.action, row.entity_id) == (ada.user_id, "member.role_changed", 7)
    assert (row.before, row.after) == ({"role": "MEMBER"}, {"role": "MODERATOR"})


@pytest.mark.parametrize("change", ["UPDATE audit_logs SET reason = ''", "DELETE FROM audit_logs"])
def test_the_database_refuses_to_change_the_past(viewer_of, ada, change: str) -> None:
    audit("UPDATE", "community.updated", ("community", 1), by=viewer_of(ada))
    db.session.flush()
    with pytest.raises(ProgrammingError, match="never changed or removed"):
        db.session.execute(text(change))
