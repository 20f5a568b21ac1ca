"""What a start finds in the database, and whether that has to be set up first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text

from community.launch.state import is_set_up
from tests.databases import Database, Templates


@pytest.fixture
def database(templates: Templates, peopled: Database) -> Iterator[Database]:
    database = templates.copy(peopled)
    yield database
    templates.servers.drop(database)


@pytest.mark.parametrize("demo", [True, False])
def test_where_somebody_is_nothing_has_to_be_done(peopled: Database, demo: bool) -> None:
    assert is_set_up(peopled.url, demo=demo)


def test_a_demo_is_wanted_where_nobody_is(migrated: Database) -> None:
    assert is_set_up(migrated.url, demo=False)
    assert not is_set_up(migrated.url, demo=True)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE alembic_version SET version_num = '9999'",
        "DELETE FROM alembic_version",
        "DROP TABLE alembic_version",
    ],
)
def test_tables_of_another_release_are_set_up(database: Database, change: str) -> None:
    with create_engine(database.owner_url, poolclass=NullPool).begin() as connection:
        connection.execute(text(change))
    assert not is_set_up(database.url, demo=False)


def test_a_database_that_is_away_is_left_to_the_set_up() -> None:
    assert not is_set_up("postgresql+psycopg://nobody@/nothing?host=/nowhere", demo=False)
