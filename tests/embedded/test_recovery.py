"""What survives kill -9, and what a killed server leaves in the way of the next start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from community.embedded import Embedded
from community.embedded.processes import is_alive, wait_until
from tests.embedded.instances import ADOPTED, STARTED, App, Instance, kill

Start = Callable[..., App]


def test_kill_9_of_the_application_leaves_servers_to_adopt(
    instance: Instance, start_app: Start, uid: int | None
) -> None:
    app = start_app(uid=uid)
    app.acquire()
    instance.sql("create table kept as select generate_series(1, 2001) as n", owner=True)
    servers = instance.servers
    app.end(signal.SIGKILL)
    assert all(map(is_alive, servers))
    assert start_app(uid=uid).acquire() == ADOPTED
    assert instance.sql("select count(*) from kept") == [(2001,)]


def test_kill_9_of_everything_loses_nothing_committed(instance: Instance, start_app: Start, uid: int | None) -> None:
    app = start_app(uid=uid)
    app.acquire()
    instance.sql("create table kept (n int)", owner=True)
    instance.sql("insert into kept select generate_series(1, 2001)")
    instance.keys().set("kept", "a key")
    time.sleep(1.2)  # Valkey syncs every second
    servers = instance.servers
    app.end(signal.SIGKILL)
    kill(*servers)
    assert start_app(uid=uid).acquire() == STARTED
    assert instance.sql("select count(*) from kept") == [(2001,)]
    assert instance.keys().get("kept") == "a key"


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_killed_under_a_living_application_is_started_again(
    instance: Instance, start_app: Start, name: str
) -> None:
    app = start_app()
    app.acquire()
    instance.sql("create table kept as select 1 as n", owner=True)
    kill({"postgres": instance.postmaster, "valkey": instance.valkey}[name])
    assert app.acquire() == ADOPTED | {name: "started"}
    assert instance.sql("select n from kept") == [(1,)]
    assert instance.keys().ping()
    assert app.ask("release") == {"released": "stopped"}


def test_a_zombie_postmaster_does_not_stop_a_start(instance: Instance, start_app: Start) -> None:
    idle, other = start_app(), start_app()
    idle.acquire()
    postmaster = instance.postmaster
    kill(postmaster)
    # its parent lives and does not reap it, like PID 1 of some containers
    assert postmaster.status() == psutil.STATUS_ZOMBIE
    assert other.acquire() == {"postgres": "started", "valkey": "adopted"}
    assert instance.sql("select 1") == [(1,)]
    assert postmaster.status() == psutil.STATUS_ZOMBIE


def test_a_backend_busy_with_a_statement_does_not_stop_a_start(instance: Instance, start_app: Start) -> None:
    app = start_app()
    app.acquire()
    url = Embedded(instance.folder).database_url.replace("+psycopg", "")
    script = (
        f"import psycopg; psycopg.connect({url!r}).execute('select count(*) from generate_series(1, 100000000000)')"
    )
    client = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    busy = "select pid from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()"
    assert wait_until(lambda: bool(instance.sql(busy)), 10)
    [(pid,)] = instance.sql(busy)
    backend = psutil.Process(pid)
    kill(instance.postmaster)
    time.sleep(0.5)
    assert is_alive(backend)
    assert app.acquire()["postgres"] == "started"
    assert not is_alive(backend)
    assert client.wait(10) != 0


def test_the_number_of_a_dead_postmaster_in_other_hands_does_not_stop_a_start(
    instance: Instance, start_app: Start
) -> None:
    app = start_app()
    app.acquire()
    owner = instance.postmaster.uids().real
    kill(instance.postmaster)
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    lock = instance.home / "postgres/postmaster.pid"
    lock.write_text("\n".join([str(stranger.pid), *lock.read_text().splitlines()[1:]]))
    try:
        assert app.acquire()["postgres"] == "started"
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_lost_socket_is_made_again(instance: Instance, start_app: Start) -> None:
    app = start_app()
    app.acquire()
    (instance.home / "sockets/.s.PGSQL.5432").unlink()
    assert app.acquire()["postgres"] == "started"
    assert instance.sql("select 1") == [(1,)]


def test_a_broken_file_of_valkey_is_put_aside(instance: Instance) -> None:
    embedded = Embedded(instance.folder)
    embedded.acquire()
    instance.keys().set("lost", "a key")
    embedded.release()
    [file] = (instance.folder / "valkey/appendonlydir").glob("*.incr.aof")
    file.write_bytes(b"\0" * 4096)
    assert embedded.acquire() == STARTED
    assert instance.keys().get("lost") is None
    assert (instance.folder / "valkey/appendonlydir.broken-0").is_dir()
    embedded.release()
