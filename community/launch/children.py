"""The programs under the launcher: started on a tether, started again when they die, stopped in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before a dead child is started again; doubled each time."""
STEADY = 20.0
"""Seconds alive after which an earlier death no longer counts."""


class Child:
    """One program, in a session of its own so that a Ctrl-C in the terminal reaches only the launcher."""

    def __init__(
        self, name: str, command: list[str], folder: Path, environment: Mapping[str, str], gate: int | None = None
    ) -> None:
        """Nothing starts yet. `gate` is a file descriptor to hand down; START_GATE tells the program its number."""
        self.name = name
        self.deaths = 0
        """How often in a row it died before it was steady."""
        self._command = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command]
        self._folder = folder
        self._environment = environment if gate is None else {**environment, "START_GATE": str(gate)}
        self._gates = () if gate is None else (gate,)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._due = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self._gates,
        )
        self._started = time.monotonic()

    def run(self) -> int:
        """Run it to its end and return its exit status; an exception that cuts this short stops the program."""
        self.start()
        assert self._process is not None
        try:
            return self._process.wait()
        except BaseException:
            self.stop(10)
            raise

    def tend(self) -> str | None:
        """Start it again when it died and its pause is over. Returns what to tell the operator, if anything."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due:
                self.start()
            return None
        code = self._process.poll()
        if code is None:
            return None
        self.deaths = 1 if now - self._started > STEADY else self.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self._process, self._due = None, now + pause
        return f"The {self.name} ended ({_in_words(code)}). Starting it again in {pause:g} s."

    def stop(self, seconds: float, *, is_hurried: Callable[[], bool] = lambda: False) -> None:
        """Ask it to end (SIGTERM); after `seconds`, or when hurried, kill it with all it started."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.terminate()
        end = time.monotonic() + seconds
        while process.poll() is None:
            if time.monotonic() > end or is_hurried():
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return
            time.sleep(0.02)


def _in_words(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
