"""The real web server, gunicorn with gevent, under the launcher."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from community.embedded.processes import is_alive, wait_until
from tests.launch.sites import Site

Start = Callable[..., Site]


@pytest.fixture
def site(start_site: Start) -> Site:
    site = start_site("gunicorn")
    assert site.says("Community is ready")
    assert wait_until(lambda: len(gunicorn(site)) == 3, 10)
    return site


def gunicorn(site: Site) -> list[psutil.Process]:
    """Master and workers."""
    family = psutil.Process(site.process.pid).children(recursive=True)
    return [process for process in family if is_alive(process) and "gunicorn" in process.cmdline()]


def answering(site: Site) -> set[int]:
    """Who answers 40 requests; none counts when one is cut off, as those waiting for a killed worker are."""
    try:
        return {int(site.get("/")) for _ in range(40)}
    except OSError:
        return set()


def test_two_workers_share_the_port(site: Site) -> None:
    workers = {process.pid for process in gunicorn(site)[1:]}
    assert wait_until(lambda: answering(site) == workers, 10)


def test_a_slow_request_keeps_nobody_waiting(site: Site) -> None:
    with ThreadPoolExecutor(20) as threads:
        begin = time.monotonic()
        slow = [threads.submit(site.get, "/slow") for _ in range(20)]
        assert len([answer.result() for answer in slow]) == 20
        assert time.monotonic() - begin < 4


def test_a_request_under_way_is_answered_before_the_stop(site: Site) -> None:
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(site.get, "/slow")
        time.sleep(0.5)
        assert site.end(signal.SIGTERM) == 0
        assert answer.result().isdecimal()


def test_kill_9_of_the_launcher_ends_master_and_workers(site: Site) -> None:
    family = gunicorn(site)
    site.end(signal.SIGKILL)
    assert wait_until(lambda: not any(map(is_alive, family)), 6)


def test_kill_9_of_a_worker_or_the_master_is_made_good(site: Site) -> None:
    for victim in (gunicorn(site)[-1], gunicorn(site)[0]):
        victim.kill()
        assert wait_until(lambda gone=victim: not is_alive(gone) and len(gunicorn(site)) == 3, 10)
    workers = {process.pid for process in gunicorn(site)[1:]}
    assert wait_until(lambda: answering(site) == workers, 10)


def test_the_web_server_may_hold_as_many_sockets_as_the_system_allows(site: Site) -> None:
    for process in gunicorn(site):
        soft, hard = process.rlimit(psutil.RLIMIT_NOFILE)
        assert soft == hard
