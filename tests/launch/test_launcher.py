"""One parent for servers, web and worker: what it starts, hands down, starts again and takes with it."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from collections.abc import Callable

import psutil
import pytest

from community.embedded import Embedded
from community.embedded.processes import is_alive, wait_until
from tests.embedded.instances import kill
from tests.launch.sites import Site, gone

Start = Callable[..., Site]


def answers(site: Site) -> bool:
    try:
        return site.get("/readyz") == site.bind
    except OSError:
        return False


def test_it_sets_up_then_serves_and_says_where(start_site: Start) -> None:
    site = start_site()
    assert site.says(f"Community is ready at http://{site.bind}")
    site.happened("worker")
    assert [event["event"] for event in site.events()] == ["step", "step", "web", "worker"]
    assert site.get("/readyz") == site.bind
    assert any("PostgreSQL and Valkey run in" in line for line in site.said)


def test_what_is_set_up_is_served_at_once(start_site: Start) -> None:
    site = start_site("set-up")
    assert site.says(f"Community is ready at http://{site.bind}")
    site.happened("worker")
    assert [event["event"] for event in site.events()] == ["web", "worker"]


def test_every_program_gets_the_addresses(start_site: Start) -> None:
    site = start_site(BASE_URL="https://community.example")
    [web] = site.happened("web")
    servers = Embedded(site.instance.folder)
    assert web["environment"] == {
        "DATABASE_URL": servers.database_url,
        "DATABASE_OWNER_URL": servers.database_owner_url,
        "REDIS_URL": servers.redis_url,
        "BIND": site.bind,
        "BASE_URL": "https://community.example",
        "INSTANCE_DIR": str(site.instance.folder),
    }
    assert site.events("step")[0]["environment"] == web["environment"]
    assert site.says("Community is ready at https://community.example")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(start_site: Start, how: signal.Signals) -> None:
    site = start_site()
    assert site.says("Community is ready")
    site.happened("worker")
    servers = site.instance.servers
    assert site.end(how) == 0
    assert [event["event"] for event in site.events()][-2:] == ["web ends", "worker ends"]
    assert gone([event["pid"] for event in site.events()], 0)
    assert not any(map(is_alive, servers))


def test_kill_9_of_the_launcher_takes_web_and_worker_with_it(start_site: Start) -> None:
    site = start_site()
    assert site.says("Community is ready")
    site.happened("worker")
    servers = site.instance.servers
    site.end(signal.SIGKILL)
    site.happened("web ends", seconds=2)
    site.happened("worker ends", seconds=2)
    assert gone([event["pid"] for event in site.events()], 2)
    assert all(map(is_alive, servers))
    following = start_site(BIND=site.bind, INSTANCE_DIR=str(site.instance.folder))
    assert following.says("Community is ready")
    assert following.end(signal.SIGTERM) == 0
    assert not any(map(is_alive, servers))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_child_that_is_killed_is_started_again(start_site: Start, name: str) -> None:
    site = start_site()
    assert site.says("Community is ready")
    psutil.Process(site.happened(name)[0]["pid"]).kill()
    begin = time.monotonic()
    second = site.happened(name, 2)[1]
    assert 0.4 < second["time"] - begin < 3
    assert any(f"The {name}" in line and "SIGKILL" in line for line in site.said)
    assert is_alive(psutil.Process(second["pid"]))
    assert site.end(signal.SIGTERM) == 0


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_a_server_that_is_killed_runs_again_within_a_second(start_site: Start, name: str) -> None:
    site = start_site()
    assert site.says("Community is ready")
    site.instance.sql("create table kept as select 1 as n", owner=True)
    kill({"postgres": site.instance.postmaster, "valkey": site.instance.valkey}[name])
    assert site.says("had ended and runs again", 2)
    assert site.instance.sql("select n from kept") == [(1,)]
    assert site.instance.keys().ping()
    servers = site.instance.servers
    assert site.end(signal.SIGTERM) == 0
    assert not any(map(is_alive, servers))


def test_a_busy_port_is_named_and_nothing_starts(start_site: Start) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        site = start_site(BIND=f"127.0.0.1:{port}")
        assert site.end() == 1
    assert any(f"127.0.0.1:{port} is in use by another program" in line for line in site.said)
    assert any(f"BIND=127.0.0.1:{port + 1}" in line for line in site.said)
    assert not (site.instance.folder / "run").exists()
    assert site.events() == []


def test_a_port_that_becomes_free_in_a_moment_is_waited_for(start_site: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        site = start_site(BIND=f"127.0.0.1:{other.getsockname()[1]}")
        time.sleep(2)
    assert site.says("Community is ready")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("BIND", "nonsense", "BIND must look like 127.0.0.1:8000, not nonsense"),
        ("BIND", "203.0.113.7:8000", "Cannot listen on 203.0.113.7:8000"),
    ],
)
def test_a_bad_address_is_refused(start_site: Start, setting: str, value: str, words: str) -> None:
    site = start_site(**{setting: value})
    assert site.end() == 1
    assert any(words in line for line in site.said)


def test_a_set_up_that_fails_ends_it_all(start_site: Start) -> None:
    site = start_site("bad-step")
    assert site.end() == 1
    assert site.said[-1] == "Second failed (exit status 3)."
    assert [event["event"] for event in site.events()] == ["step"]
    assert not (site.instance.folder / "postgres/postmaster.pid").exists()


def test_a_web_server_that_dies_later_does_not_wait_for_a_set_up(start_site: Start) -> None:
    site = start_site()
    assert site.says("Community is ready")
    site.happened("worker")
    psutil.Process(site.events("web")[0]["pid"]).kill()
    site.happened("web", 2)
    assert wait_until(lambda: answers(site), 10)


def test_a_signal_during_the_set_up_stops_it(start_site: Start) -> None:
    site = start_site("slow-step")
    site.happened("slow step", seconds=20)
    assert site.end(signal.SIGINT) == 130
    assert gone([event["pid"] for event in site.events()], 1)
    assert not (site.instance.folder / "postgres/postmaster.pid").exists()


def test_a_web_server_that_never_starts_is_given_up(start_site: Start) -> None:
    site = start_site("bad-web")
    assert site.end() == 1
    assert "The web server does not start" in site.said[-1]
    assert sum("The web server ended (exit status 3)" in line for line in site.said) == 3
    assert gone([event["pid"] for event in site.events()], 0)


def test_the_worker_does_not_wait_for_ever_for_a_web_server_that_is_not_ready(start_site: Start) -> None:
    site = start_site("silent-web")
    [web] = site.happened("web", seconds=20)
    [worker] = site.happened("worker", seconds=20)
    assert worker["time"] - web["time"] > 5
    assert not any("ready" in line for line in site.said)


def test_a_second_signal_waits_for_nobody(start_site: Start) -> None:
    site = start_site("deaf-web")
    assert site.says("Community is ready")
    site.process.send_signal(signal.SIGINT)
    site.happened("web is asked")
    begin = time.monotonic()
    assert site.end(signal.SIGINT) == 0
    assert time.monotonic() - begin < 5
    assert gone([event["pid"] for event in site.events()], 0)


def test_a_deleted_instance_ends_it(start_site: Start) -> None:
    site = start_site()
    assert site.says("Community is ready")
    servers = site.instance.servers
    shutil.rmtree(site.instance.folder)
    assert site.end() == 1
    assert "was deleted while it was in use" in site.said[-1]
    assert not any(map(is_alive, servers))
    assert gone([event["pid"] for event in site.events()], 0)


def test_two_instances_run_side_by_side(start_site: Start) -> None:
    one, two = start_site(), start_site()
    assert one.says("Community is ready")
    assert two.says("Community is ready")
    one.instance.sql("create table mine (n int)", owner=True)
    assert two.instance.sql("select to_regclass('mine')") == [(None,)]
    assert one.end(signal.SIGTERM) == 0
    assert two.get("/readyz") == two.bind
    assert two.instance.sql("select 1") == [(1,)]


def test_named_servers_replace_the_embedded_ones(start_site: Start) -> None:
    theirs = start_site()
    assert theirs.says("Community is ready")
    servers = Embedded(theirs.instance.folder)
    site = start_site(
        DATABASE_URL=servers.database_url.replace("postgresql+psycopg", "postgres"),
        DATABASE_OWNER_URL=servers.database_owner_url,
        REDIS_URL=servers.redis_url,
    )
    assert site.says("Community is ready")
    [web] = site.events("web")
    assert web["environment"]["DATABASE_URL"] == servers.database_url
    assert web["environment"]["DATABASE_OWNER_URL"] == servers.database_owner_url
    assert web["environment"]["REDIS_URL"] == servers.redis_url
    assert not (site.instance.folder / "run").exists()
    assert site.end(signal.SIGTERM) == 0
    assert theirs.instance.sql("select 1") == [(1,)]


def test_every_open_file_the_system_allows_is_allowed(start_site: Start) -> None:
    site = start_site()
    [web] = site.happened("web")
    soft, hard = psutil.Process(web["pid"]).rlimit(psutil.RLIMIT_NOFILE)
    assert soft == hard
