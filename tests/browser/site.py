"""The site as it runs in production, and people at real browsers."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from playwright.sync_api import Browser, Page

from community.launch.commands import Commands
from tests.cast import Person
from tests.databases import Database
from tests.visitor import cookie_of

MEANT = re.compile(r"status of (?:409|410|422|429|503)|net::ERR_FAILED")
"""What browsers complain of and tests bring about: refusals the page deals with, and connections cut."""
LOOKS = pytest.mark.parametrize(
    ("width", "scheme"), [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
)
"""Every test of how a page looks, wide and narrow, light and dark."""
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SECRET = "a secret of the tests alone"
PATIENCE = 90.0  # seconds until the site must answer


class Site:
    """The programs of the site, run as in production: gunicorn with gevent, and the worker."""

    def __init__(self, database: Database, redis_url: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "site.log"
        self._environment = {
            "DATABASE_URL": database.url, "DATABASE_OWNER_URL": database.owner_url, "REDIS_URL": redis_url,
            "BIND": f"127.0.0.1:{port}", "INSTANCE_DIR": str(folder), "SECRET_KEY": "a secret of the tests alone",
            "WEB_WORKERS": "2", "RATE_LIMIT_FACTOR": "10"}  # fmt: skip
        self._programs: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the programs and wait until the site answers."""
        commands = Commands.of_site(demo=False)
        with self.log.open("ab") as log:
            for command in (commands.web, commands.worker):
                environment = os.environ | self._environment
                self._programs.append(
                    subprocess.Popen(command, env=environment, cwd=commands.folder, stdout=log, stderr=log))
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
        self._programs.clear()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).ok
        except requests.RequestException:
            return False


class Window:
    """A browser window of one person. Whatever the console complained about is kept."""

    def __init__(self, site: Site, page: Page) -> None:
        self.site, self.page = site, page
        self.complaints: list[str] = []
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not MEANT.search(text):
            self.complaints.append(text)

    def go(self, path: str) -> Page:
        """Open a page and wait until its scripts ran."""
        self.page.goto(self.site.url + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def violations(self, *rules: str) -> list[str]:
        """What axe finds on the page, by the rules named or else by those of WCAG 2.2 AA."""
        import axe_playwright_python

        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
        only = {"type": "rule" if rules else "tag", "values": list(rules or TAGS)}
        found = self.page.evaluate("only => axe.run(document, {runOnly: only})", only)["violations"]
        return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]

    def is_too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def open_window(browser: Browser, site: Site, app: Flask, person: Person, **options: Any) -> Window:
    """A window of this person; the options are those of a browser context."""
    context = browser.new_context(**options)
    if person.token:
        name = app.config["SESSION_COOKIE_NAME"]
        context.add_cookies([{"name": name, "value": cookie_of(app, person), "url": site.url}])
    return Window(site, context.new_page())
