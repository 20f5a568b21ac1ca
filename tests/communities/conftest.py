"""Communities of other kinds than the cast's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from community.communities import services, viewers
from community.communities.models import Community
from tests.cast import Person

Found = Callable[..., Community]


@pytest.fixture
def found(db_session: object, ada: Person) -> Found:
    """`found("quiet", visibility="PRIVATE")`: a community of ada's; more keywords set its columns."""

    def found(slug: str, *, by: Person = ada, **columns: object) -> Community:
        made = services.create_community(by=viewers.of_user(by.user_id), name=slug.title(), slug=slug)
        for name, value in columns.items():
            setattr(made, name, value)
        return made

    return found
