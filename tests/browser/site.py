"""The site as it runs in production, and people at real browsers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import requests
from flask import Flask
from playwright.sync_api import Browser, Page
from redis import Redis

from community.launch.commands import Commands
from tests.browser import looks
from tests.cast import Cast, Person
from tests.databases import Database
from tests.visitor import cookie_of

MEANT = re.compile(r"status of (?:409|410|422|429|503)|net::ERR_FAILED|closed before the connection is established")
"""What browsers complain of and tests bring about: refusals the page deals with, connections cut, pages left while they connect."""
READY = "() => document.fonts.status === 'loaded' && !document.querySelector(':not(:defined)')"
SECRET = "a secret of the tests alone"
PATIENCE = 90.0  # seconds until the site must answer


class Site:
    """The programs of the site, run as in production: gunicorn with gevent, and the worker. A third makes casts."""

    def __init__(self, database: Database, redis_url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "site.log"
        self._environment = {
            "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url, "REDIS_URL": redis_url,
            "BIND": f"127.0.0.1:{port}", "INSTANCE_DIR": str(folder), "SECRET_KEY": "a secret of the tests alone",
            "WEB_WORKERS": "2", "RATE_LIMIT_FACTOR": "1000"}  # fmt: skip
        self._programs: list[subprocess.Popen[bytes]] = []
        self._crowd: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start the programs and wait until the site answers."""
        commands, environment = Commands.of_site(demo=False), os.environ | self._environment
        with self.log.open("ab") as log:
            self._crowd = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.crowd"], env=environment, cwd=commands.folder,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)  # fmt: skip
            self._programs = [self._crowd] + [
                subprocess.Popen(command, env=environment, cwd=commands.folder, stdout=log, stderr=log)
                for command in (commands.web, commands.worker)]  # fmt: skip
        end = time.monotonic() + PATIENCE
        while not self._answers():
            is_up = all(program.poll() is None for program in self._programs)
            assert is_up and time.monotonic() < end, self.log.read_text()[-4000:]
            time.sleep(0.1)

    def stop(self) -> None:
        for program in self._programs:
            program.terminate()
        for program in self._programs:
            program.wait(30)
        for pipe in (self._crowd.stdin, self._crowd.stdout):
            assert pipe is not None
            pipe.close()
        self._programs.clear()

    def new_cast(self) -> Cast:
        """Everybody and their community once more, whom no other test knows."""
        assert self._crowd.stdin is not None and self._crowd.stdout is not None
        made = self._crowd.stdout.readline()
        assert made, self.log.read_text()[-4000:]
        self._crowd.stdin.write(b"\n")  # the next one is made meanwhile
        self._crowd.stdin.flush()
        return Cast.from_json(made.decode())

    def forget_messages(self) -> None:
        """No live message of the past is brought to a page any more: a page is told again what came just before it."""
        with Redis.from_url(self._environment["REDIS_URL"]) as server:
            if logs := list(server.scan_iter("rt:log:*")):
                server.delete(*logs)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


class Window:
    """A browser window of one person. Whatever the console complained about is kept."""

    def __init__(self, site: Site, page: Page, *, has_scripts: bool = True) -> None:
        self.site, self.page, self.has_scripts = site, page, has_scripts
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not MEANT.search(text):
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        """Open a page and wait until it is ready."""
        self.page.goto(self.site.url + path)
        return self.ready()

    def ready(self) -> Page:
        """The page, once it is loaded, its scripts ran, those imported on demand too, and its fonts are there."""
        self.page.wait_for_load_state()
        if self.has_scripts:
            self.page.wait_for_function(READY)
        return self.page

    def violations(self, *rules: str) -> list[str]:
        """What axe finds on the page as it is, by the rules named or else by those of WCAG 2.2 AA."""
        return looks.violations(self.page, *rules)

    def is_too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return looks.is_too_wide(self.page)

    def flaws(self, paths: Iterable[str]) -> dict[str, list[str]]:
        """What is wrong with each of these pages, wide or narrow, light or dark; pages without flaws are left out."""
        found = {}
        for path in paths:
            self.go(path)
            if wrong := looks.flaws(self.page):
                found[path] = wrong
        return found


def open_window(browser: Browser, site: Site, app: Flask, person: Person, **options: Any) -> Window:
    """A window of this person; the options are those of a browser context."""
    context = browser.new_context(**options)
    if person.token:
        name = app.config["SESSION_COOKIE_NAME"]
        context.add_cookies([{"name": name, "value": cookie_of(app, person), "url": site.url}])
    return Window(site, context.new_page(), has_scripts=options.get("java_script_enabled", True))
