"""Who starts, adopts and stops the servers."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable

import pytest

from community.embedded import Embedded, EmbeddedUnavailable
from community.embedded.processes import is_alive
from tests.embedded.instances import ADOPTED, STARTED, App, Instance, kill

Start = Callable[..., App]


def test_first_start_adoption_and_clean_stop(empty_instance: Instance, start_app: Start, uid: int | None) -> None:
    first, second = start_app(uid=uid), start_app(uid=uid)
    assert first.acquire() == STARTED
    assert second.acquire() == ADOPTED
    servers = empty_instance.servers
    assert first.ask("release") == {"released": "others remain"}
    assert all(map(is_alive, servers))
    assert second.ask("release") == {"released": "stopped"}
    assert not any(map(is_alive, servers))
    assert not (empty_instance.home / "postgres/postmaster.pid").exists()


def test_data_outlives_a_stop(instance: Instance, start_app: Start, uid: int | None) -> None:
    first = start_app(uid=uid)
    first.acquire()
    instance.sql("create table kept (what text)", owner=True)
    instance.sql("insert into kept values ('a row')")
    instance.keys().set("kept", "a key")
    assert first.ask("release") == {"released": "stopped"}
    assert start_app(uid=uid).acquire() == STARTED
    assert instance.sql("select what from kept") == [("a row",)]
    assert instance.keys().get("kept") == "a key"


def test_six_processes_that_start_at_once_share_one_pair_of_servers(empty_instance: Instance, start_app: Start) -> None:
    apps = [start_app() for _ in range(6)]
    for app in apps:
        app.say("acquire")
    outcomes = [app.read()["outcome"] for app in apps]
    assert sorted(outcome["postgres"] for outcome in outcomes) == ["adopted"] * 5 + ["started"]
    assert sorted(outcome["valkey"] for outcome in outcomes) == ["adopted"] * 5 + ["started"]
    servers = empty_instance.servers
    for app in apps[:5]:
        assert app.ask("release") == {"released": "others remain"}
        assert all(map(is_alive, servers))
    assert apps[5].ask("release") == {"released": "stopped"}
    assert not any(map(is_alive, servers))


def test_the_servers_stay_when_the_process_that_started_them_ends(instance: Instance, start_app: Start) -> None:
    starter, adopter = start_app(), start_app()
    starter.acquire()
    adopter.acquire()
    servers = instance.servers
    starter.end()
    assert all(map(is_alive, servers))
    adopter.end()
    assert not any(map(is_alive, servers))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_next_user_to_leave_stops_the_servers_of_a_killed_one(
    instance: Instance, start_app: Start, how: signal.Signals
) -> None:
    app = start_app()
    app.acquire()
    servers = instance.servers
    app.end(how)
    assert all(map(is_alive, servers))
    following = start_app()
    assert following.acquire() == ADOPTED
    assert following.ask("release") == {"released": "stopped"}
    assert not any(map(is_alive, servers))


def test_a_forked_child_never_stops_the_servers(instance: Instance, start_app: Start) -> None:
    app = start_app()
    app.acquire()
    servers = instance.servers
    assert app.ask("fork") == {"child": "None"}
    assert all(map(is_alive, servers))
    assert app.ask("release") == {"released": "stopped"}


def test_is_running_tells_that_a_server_died(instance: Instance) -> None:
    embedded = Embedded(instance.folder)
    embedded.acquire()
    assert embedded.is_running
    kill(instance.valkey)
    assert not embedded.is_running
    assert embedded.acquire() == ADOPTED | {"valkey": "started"}
    assert embedded.is_running
    embedded.release()


def test_servers_of_an_instance_deleted_in_use_can_still_be_stopped(instance: Instance) -> None:
    embedded = Embedded(instance.folder)
    embedded.acquire()
    servers = instance.servers
    assert not embedded.is_deleted
    shutil.rmtree(instance.folder)
    assert embedded.is_deleted
    with pytest.raises(EmbeddedUnavailable, match="was deleted"):
        embedded.acquire()
    assert embedded.release() == "stopped"
    assert not any(map(is_alive, servers))


def test_a_start_over_a_deleted_instance_begins_afresh_and_ends_what_was_left(
    instance: Instance, start_app: Start
) -> None:
    app = start_app()
    app.acquire()
    instance.sql("create table gone (n int)", owner=True)
    left = instance.servers
    app.end(signal.SIGKILL)
    shutil.rmtree(instance.folder)
    assert all(map(is_alive, left))
    assert start_app().acquire() == STARTED
    assert instance.sql("select to_regclass('gone')") == [(None,)]
    assert not any(map(is_alive, left))
