"""What the embedded servers offer: roles, extensions, letters, settings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psycopg
import pytest

from community.embedded import Embedded
from tests.embedded.instances import Instance, make_open_folder


@pytest.fixture(scope="module")
def running() -> Iterator[Instance]:
    """One running instance for the tests of this file."""
    folder = make_open_folder()
    instance = Instance(folder / "instance")
    embedded = Embedded(instance.folder)
    embedded.acquire()
    yield instance
    embedded.release()
    instance.clear()
    shutil.rmtree(folder)


def test_the_application_reads_and_writes_what_the_owner_made(running: Instance) -> None:
    running.sql("create table notes (id bigint generated always as identity primary key, body text)", owner=True)
    running.sql("insert into notes (body) values ('one')")
    running.sql("update notes set body = 'two'")
    assert running.sql("select id, body from notes") == [(1, "two")]
    running.sql("delete from notes")
    assert running.sql("select count(*) from notes") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "create table t (n int)",
        "create schema s",
        "drop table owned",
        "alter table owned add column m int",
        "truncate owned",
        "create extension hstore",
        "create role r",
        "create database d",
        "set role community_owner",
    ],
)
def test_the_application_has_no_ddl(running: Instance, statement: str) -> None:
    running.sql("create table if not exists owned (n int)", owner=True)
    assert running.sql("select count(*) from owned") == [(0,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        running.sql(statement)


def test_the_owner_sets_default_privileges(running: Instance) -> None:
    running.sql("create schema extra", owner=True)
    running.sql("grant usage on schema extra to community_app", owner=True)
    running.sql("alter default privileges in schema extra grant select on tables to community_app", owner=True)
    running.sql("create table extra.later as select 1 as n", owner=True)
    assert running.sql("select n from extra.later") == [(1,)]


def test_extensions_are_there(running: Instance) -> None:
    wanted = {"pg_trgm", "unaccent", "citext", "btree_gin", "vector", "pg_stat_statements"}
    assert wanted <= {name for (name,) in running.sql("select extname from pg_extension")}
    assert running.sql("select count(*) > 0 from pg_stat_statements") == [(True,)]
    assert running.sql("create extension if not exists pg_stat_statements", owner=True) == []


def test_a_database_the_owner_makes_is_set_up_alike(running: Instance) -> None:
    running.sql("create database another", owner=True)
    embedded = Embedded(running.folder)
    owner, app = (
        url.replace("+psycopg", "").replace("/community?", "/another?")
        for url in (embedded.database_owner_url, embedded.database_url)
    )
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("create table things (id bigint generated always as identity, name citext)")
    with psycopg.connect(app, autocommit=True) as connection:
        connection.execute("insert into things (name) values ('Ada')")
        assert connection.execute("select id from things where name = 'ADA'").fetchall() == [(1,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create table t (n int)")
    running.sql("drop database another", owner=True)


def test_letters_outside_ascii_are_letters(running: Instance) -> None:
    assert running.sql("select show_trgm('é') <> '{}', show_trgm('日本語') <> '{}'") == [(True, True)]
    assert running.sql("select lower('ÅSA'), unaccent('café')") == [("åsa", "cafe")]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("shared_buffers", "256MB"),
        ("max_connections", "100"),
        ("synchronous_commit", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("jit", "off"),
    ],
)
def test_settings(running: Instance, setting: str, value: str) -> None:
    assert running.sql("select current_setting(%s)", setting) == [(value,)]


def test_valkey_speaks_what_we_need_and_listens_on_no_port(running: Instance) -> None:
    client = running.keys()
    assert client.eval("return 7", 0) == 7
    with client.lock("a lock", timeout=5):
        assert client.exists("a lock")
    settings = {"port": "0", "appendonly": "yes", "maxmemory-policy": "volatile-lru"}
    assert client.config_get(*settings) == settings


def test_nobody_else_may_enter_the_folders_of_the_servers(running: Instance) -> None:
    for name in ("postgres", "valkey", "sockets", "run", "logs"):
        assert (running.home / name).stat().st_mode & 0o077 == 0
