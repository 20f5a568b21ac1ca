"""What pages of communities cost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from community.accounts.services import add_user
from community.communities.models import Member
from community.core.clock import now
from community.extensions import db
from tests.cast import Person, PlaceFacts
from tests.communities.conftest import Found
from tests.visitor import Visitor

As = Callable[[Person], Visitor]
Statements = Callable[[], AbstractContextManager[list[str]]]


def cost(visitor: Visitor, path: str, statements: Statements) -> list[str]:
    visitor.get(path)
    with statements() as sent:
        assert visitor.get(path).status == 200
    return sent


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/communities", 2),
        ("/c/bikes/about", 2),
        ("/c/bikes/members", 1),
        ("/c/bikes/spaces", 0),
        ("/settings/profile", 5),
        ("/settings/sessions", 1),
    ],
)
def test_a_page_sends_few_statements(
    path: str, most: int, as_: As, bob: Person, statements: Statements, db_session: object
) -> None:
    sent = cost(as_(bob), path, statements)
    assert len(sent) <= most, "\n".join(sent)


def test_more_rows_cost_no_more_statements(
    as_: As, bob: Person, bikes: PlaceFacts, found: Found, statements: Statements
) -> None:
    before = [len(cost(as_(bob), path, statements)) for path in ("/communities", "/c/bikes/members")]
    for n in range(8):
        found(f"club-{n}")
        user = add_user(email=f"z{n}@example.org", username=f"zoe{n}", display_name=f"Zoe {n}", password_hash=None)
        db.session.add(Member(community_id=bikes.id, user_id=user.id, joined_at=now()))
    after = [len(cost(as_(bob), path, statements)) for path in ("/communities", "/c/bikes/members")]
    assert after == before
