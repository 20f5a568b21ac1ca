"""Tables: the migrations make what the models say, foreign keys have indexes, communities stay apart."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    NullPool,
    Table,
    create_engine,
    text,
)

from community.app import create_app
from community.config import Config
from community.core.models import Base
from community.core.schema import FOLDER, migrations, newest
from tests.architecture import allowed, schema
from tests.architecture.sources import expect_none
from tests.databases import Database, Templates


@pytest.fixture
def site(templates: Templates, migrated: Database, configure: Callable[..., Config]) -> Iterator[tuple[Flask, Database]]:
    """A site of its own, migrated and empty, and its database."""
    database = templates.copy(migrated)
    yield create_app(configure(database)), database
    templates.servers.drop(database)


def check(app: Flask) -> None:
    """Compare models and migrations. Exits where they differ."""
    with app.app_context():
        migrations().check()


def as_owner(database: Database, statement: str) -> list[str]:
    with create_engine(database.owner_url, poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement))
        return [str(row[0]) for row in result] if result.returns_rows else []


MIGRATING = 0x636F6D6D
"""The advisory lock of `migrations/env.py`."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"


def test_the_migrations_make_what_the_models_say(site: tuple[Flask, Database]) -> None:
    check(site[0])


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users DROP COLUMN timezone",
        "ALTER TABLE users ADD COLUMN mood text",
        "DROP INDEX ix_users_status",
        "ALTER TABLE users ALTER COLUMN timezone SET DEFAULT 'CET'",
        "ALTER TABLE sessions DROP CONSTRAINT fk_sessions_user_id",
        "DROP TABLE import_records",
    ],
)
def test_a_table_that_differs_is_noticed(site: tuple[Flask, Database], change: str) -> None:
    as_owner(site[1], change)
    with pytest.raises(SystemExit):
        check(site[0])


def test_migrations_lead_back_and_forth(site: tuple[Flask, Database]) -> None:
    app, database = site
    with app.app_context():
        before = as_owner(database, TABLES)
        migrations().downgrade(revision="base")
        assert as_owner(database, TABLES) == ["alembic_version"]
        migrations().upgrade()
        assert as_owner(database, TABLES) == before
        migrations().check()


def test_migrations_are_one_line() -> None:
    script = ScriptDirectory(FOLDER)
    assert script.get_heads() == [newest()]
    assert [revision.revision for revision in script.walk_revisions()][::-1] == [
        f"{number:04}" for number in range(1, len(list(script.walk_revisions())) + 1)
    ]


def test_a_migration_waits_for_another_one(site: tuple[Flask, Database]) -> None:
    app, database = site

    def migrate() -> None:
        with app.app_context():
            migrations().upgrade()

    thread = threading.Thread(target=migrate)
    with create_engine(database.owner_url, poolclass=NullPool).connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATING})
        other.commit()
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        other.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATING})
        other.commit()
        thread.join(20)
    assert not thread.is_alive()


def test_the_site_cannot_change_its_tables(site: tuple[Flask, Database]) -> None:
    _, database = site
    if database.url == database.owner_url:
        pytest.skip("the servers of this run have one role for everything")
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 0
        for statement in ("CREATE TABLE mine (id int)", "ALTER TABLE users ADD COLUMN mood text", "DROP TABLE posts"):
            with pytest.raises(Exception, match=r"permission denied|must be owner") as refusal:
                connection.execute(text(statement))
            assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)
            connection.rollback()


def test_foreign_keys_are_indexed(app: Flask) -> None:
    expect_none(schema.uncovered_keys(Base.metadata))


def test_communities_stay_apart(app: Flask) -> None:
    expect_none(schema.crossing_keys(Base.metadata, allowed.KEYS_WITHOUT_COMMUNITY))


def tables(*extra: Index | ForeignKeyConstraint, key: tuple[str, ...] = ()) -> MetaData:
    """Posts with comments, two tables of communities."""
    made = MetaData()
    Table("posts", made, Column("id", Integer, primary_key=True), Column("community_id", Integer))
    target = [ForeignKey("posts.id")] if key == ("post_id",) else []
    Table(
        "comments", made, Column("id", Integer, primary_key=True), Column("community_id", Integer),
        Column("post_id", Integer, *target), Column("deleted_at", Integer), *extra,
    )  # fmt: skip
    return made


PAIR = ("community_id", "post_id")


@pytest.mark.parametrize(
    "indexes",
    [
        [],
        [Index("other", "id", "post_id")],
        [Index("partial", "post_id", postgresql_where=text("deleted_at IS NULL"))],
    ],
)
def test_a_foreign_key_without_an_index_is_noticed(indexes: list[Index]) -> None:
    made = tables(*indexes, key=("post_id",))
    assert schema.uncovered_keys(made) == ["comments: no index covers the foreign key (post_id)"]


def test_a_foreign_key_with_an_index_is_left_alone() -> None:
    assert schema.uncovered_keys(tables(Index("good", "post_id", "id"), key=("post_id",))) == []
    both = ForeignKeyConstraint(PAIR, ("posts.community_id", "posts.id"))
    assert schema.uncovered_keys(tables(both, Index("pair", "post_id", "community_id", "id"))) == []
    assert schema.uncovered_keys(tables(ForeignKeyConstraint(PAIR, ("posts.community_id", "posts.id")))) != []


def test_a_key_that_could_lead_into_another_community_is_noticed() -> None:
    made = tables(key=("post_id",))
    assert schema.crossing_keys(made, {}) == ["comments points to posts by (post_id), without the community"]
    assert schema.crossing_keys(made, {"comments.post_id": "a reason"}) == []
    good = tables(ForeignKeyConstraint(PAIR, ("posts.community_id", "posts.id")))
    assert schema.crossing_keys(good, {}) == []
    assert schema.crossing_keys(good, {"comments.post_id": "an old reason"}) != []
