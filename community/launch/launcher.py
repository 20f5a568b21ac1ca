"""The parent of a running site."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from community.config import Config
from community.embedded import EmbeddedUnavailable, Services, find_services
from community.launch.address import Address
from community.launch.children import Child
from community.launch.commands import Commands

TICK = 0.2
"""Seconds between two looks at the children and the embedded servers."""
EAGER_TICK = 0.05
"""The same until the site is ready."""
PORT_PATIENCE = 4.0
"""Seconds a busy port is waited for: what a site takes to leave after its launcher was killed."""
HOPELESS = 3
"""Deaths in a row of a web server that was never ready, after which it is given up."""
REVIVALS = 5
"""Attempts in a row to start an embedded server again before the site is given up."""
SLOW_START = 60.0
"""Seconds after which the operator is told what the site is waiting for."""
WORKER_DELAY = 8.0
"""Seconds the worker waits at most for the web server: on two cores the site opens a second sooner without it."""
FAREWELL = {"web": 25.0, "worker": 40.0}
"""Seconds each may take to finish what it is doing when asked to stop."""
TITLES = {"postgres": "PostgreSQL", "valkey": "Valkey"}


class Interrupted(BaseException):
    """A signal asks us to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class GivenUp(Exception):
    """The site cannot run; the message says why."""


class Launcher:
    """Runs the commands of a site over its services until a signal comes."""

    def __init__(self, config: Config, commands: Commands) -> None:
        self._config = config
        self._commands = commands
        self._services: Services | None = None
        self._web: Child | None = None
        self._worker: Child | None = None
        self._gate: list[int] = []
        """A pipe: its read end goes to the web server, which waits until the write end is closed."""
        self._is_ready = False
        self._is_hurried = False
        self._failures = 0
        self._next_revival = 0.0

    def run(self) -> int:
        """Start, watch and stop everything. Returns the exit status of the command."""
        previous = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
        previous[signal.SIGHUP] = signal.signal(signal.SIGHUP, _interrupt)
        try:
            self._start()
            self._watch()
        except Interrupted as interrupted:
            _say("Stopping.")
            return 0 if self._is_ready else 128 + interrupted.number
        except (GivenUp, EmbeddedUnavailable) as error:
            print(error, file=sys.stderr, flush=True)
            return 1
        finally:
            for number in previous:
                signal.signal(number, self._hurry)
            self._stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _start(self) -> None:
        config = self._config
        try:
            self._address = Address.parse(config.bind)
        except ValueError as error:
            raise GivenUp(str(error)) from error
        if obstacle := self._address.obstacle(patience=PORT_PATIENCE):
            raise GivenUp(f"{obstacle}.")
        raise_file_limit()
        self._services = find_services_of(config)
        environment = self._environment(self._services)
        self._gate += os.pipe()
        self._web = Child("web server", self._commands.web, self._commands.folder, environment, gate=self._gate[0])
        self._worker = Child("worker", self._commands.worker, self._commands.folder, environment)
        self._web.start()  # it imports the application while the servers start and the set-up runs, and waits for their end
        self._services = self._started(self._services)
        if not self._commands.is_set_up(self._services.database_url):
            self._set_up(environment)
        os.close(self._gate.pop())

    def _started(self, found: Services) -> Services:
        begin = time.monotonic()
        services = found.start()
        if services.embedded and services.outcome:
            names = " and ".join(TITLES[name] for name in services.outcome)
            _say(f"{names} run in {services.embedded.home} ({time.monotonic() - begin:.1f} s).")
        if services.notice:
            _say(services.notice)
        return services

    def _set_up(self, environment: Mapping[str, str]) -> None:
        for label, command in self._commands.setup:
            _say(f"{label} …")
            if code := Child("step", command, self._commands.folder, environment).run():
                raise GivenUp(f"{label} failed (exit status {code}).")

    def _environment(self, services: Services) -> dict[str, str]:
        """What the children read their configuration from: our own environment with every address filled in."""
        return os.environ | {
            "DATABASE_URL": services.database_url,
            "DATABASE_OWNER_URL": services.database_owner_url,
            "REDIS_URL": services.redis_url,
            "BIND": self._config.bind,
            "BASE_URL": self._config.site_url,
            "INSTANCE_DIR": str(self._config.instance_dir),
        }

    def _watch(self) -> NoReturn:
        begin, is_told = time.monotonic(), False
        while True:
            self._tend_services()
            self._tend(self._web)
            if self._is_ready or time.monotonic() - begin > WORKER_DELAY:
                self._tend(self._worker)
            if not self._is_ready:
                state = self._look_whether_ready()
                if not self._is_ready and not is_told and time.monotonic() - begin > SLOW_START:
                    is_told = True
                    _say(f"Still waiting for {self._address}: {state}")
            time.sleep(TICK if self._is_ready else EAGER_TICK)

    def _look_whether_ready(self) -> str:
        status, body = self._address.status("/readyz", urlsplit(self._config.site_url).netloc)
        if status == 200:
            self._is_ready = True
            _say(f"Community is ready at {self._config.site_url} (Ctrl-C stops it).")
        return f"{status} {body.strip()[:500]}"

    def _tend(self, child: Child | None) -> None:
        if child and (news := child.tend()):
            _say(news)
        if child and child is self._web and not self._is_ready and child.deaths >= HOPELESS:
            raise GivenUp("The web server does not start; what it says stands above.")

    def _tend_services(self) -> None:
        assert self._services is not None
        if time.monotonic() < self._next_revival:
            return
        try:
            revived = self._services.revive()
        except EmbeddedUnavailable:
            self._failures += 1
            if self._failures >= REVIVALS or (self._services.embedded and self._services.embedded.is_deleted):
                raise
            self._next_revival = time.monotonic() + 2.0 ** (self._failures - 1)
            return
        self._failures = 0
        for name in revived:
            _say(f"{TITLES[name]} had ended and runs again.")

    def _stop(self) -> None:
        if self._web:
            self._web.stop(FAREWELL["web"], is_hurried=lambda: self._is_hurried)
        if self._worker:
            self._worker.stop(FAREWELL["worker"], is_hurried=lambda: self._is_hurried)
        if self._services:
            self._services.close()
        for end in self._gate:
            os.close(end)

    def _hurry(self, number: int, frame: FrameType | None) -> None:
        """A second signal while we stop: do not wait for anybody."""
        self._is_hurried = True


def find_services_of(config: Config) -> Services:
    """The services this configuration names, and embedded ones for the rest, which are still to be started."""
    return find_services(
        config.instance_dir,
        config.database_url,
        config.redis_url,
        database_owner_url=config.database_owner_url,
        user=config.embedded_user,
    )


def raise_file_limit() -> None:
    """Allow as many open files as the system lets us: every socket is one, and the usual limit is 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:
        _say(f"Only {soft} files can be open at once ({error}): that many sockets, less 200 or so.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)


def _say(line: str) -> None:
    print(line, flush=True)
