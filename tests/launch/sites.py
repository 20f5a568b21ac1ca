"""Sites under the real launcher, each with its own instance and port."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from community.embedded.processes import is_alive, wait_until
from tests.embedded.instances import CHECKOUT, Instance

SETTINGS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BIND", "BASE_URL", "INSTANCE_DIR", "SECRET_KEY")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """A launcher with its children, and what it says."""

    def __init__(self, folder: Path, command: list[str], **settings: str) -> None:
        self.folder = folder
        self.instance = Instance(folder / "instance")
        self.bind = settings.setdefault("BIND", f"127.0.0.1:{free_port()}")
        settings.setdefault("INSTANCE_DIR", str(self.instance.folder))
        kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=kept | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.said: list[str] = []
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))

    def says(self, words: str, seconds: float = 40) -> bool:
        """Wait until it says this, or ends."""
        return wait_until(
            lambda: any(words in line for line in self.said) or self.process.poll() is not None, seconds
        ) and any(words in line for line in [*self.said])

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://{self.bind}{path}", timeout=5) as answer:
            body: bytes = answer.read()
            return body.decode()

    def events(self, name: str = "") -> list[dict[str, Any]]:
        file = self.folder / "events"
        lines = file.read_text().splitlines() if file.exists() else []
        return [event for event in map(json.loads, lines) if event["event"].startswith(name)]

    def happened(self, name: str, times: int = 1, seconds: float = 10) -> list[dict[str, Any]]:
        """Wait until this happened so often."""
        assert wait_until(lambda: len(self.events(name)) >= times, seconds), (self.events(), self.said)
        return self.events(name)

    def end(self, *how: signal.Signals) -> int:
        """Send the signals and wait for the end. Returns the exit status."""
        for number in how:
            self.process.send_signal(number)
        code = self.process.wait(60)
        self._listener.join(30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def clear(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        for event in self.events():
            if psutil.pid_exists(event["pid"]):
                psutil.Process(event["pid"]).kill()
        self.end()
        self.instance.clear()
        shutil.rmtree(self.folder)


def gone(pids: list[int], seconds: float = 5) -> bool:
    """Wait until none of these processes is alive."""
    known = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    return wait_until(lambda: not any(map(is_alive, known)), seconds)
