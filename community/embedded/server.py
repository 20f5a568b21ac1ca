"""What the two servers have in common: adopt, start, watch and stop."""

from __future__ import annotations

import enum
import signal
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Literal

import psutil

from community.embedded.account import Account
from community.embedded.binaries import Binaries
from community.embedded.errors import EmbeddedUnavailable
from community.embedded.paths import Layout
from community.embedded.processes import (
    Daemon,
    end,
    ghosts_of,
    is_alive,
    is_server,
    spawn,
)

SILENCE = 5.0
"""Seconds a living server may refuse connections before it is taken for broken."""
PATIENCE = 300.0
"""Seconds a server may say that it is still starting: recovery after a crash takes as long as it takes."""

Outcome = Literal["adopted", "started"]


class State(enum.Enum):
    """What a server says when asked."""

    SILENT = enum.auto()
    BUSY = enum.auto()
    READY = enum.auto()


class Server(ABC):
    """One embedded server of one instance. Callers hold the gate of the lease while they start or stop it."""

    title: ClassVar[str]
    program: ClassVar[str]
    farewells: ClassVar[tuple[tuple[signal.Signals, float], ...]]
    """Signals that end it, from polite to firm, each with the seconds it gets."""

    def __init__(self, layout: Layout, account: Account) -> None:
        self.layout = layout
        self.account = account
        self.binaries = Binaries(layout.binaries, account)
        self._process: psutil.Process | None = None
        self._child: Daemon | None = None

    @property
    @abstractmethod
    def folder(self) -> Path:
        """The folder it works in."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Its first line is the number of the process."""

    @abstractmethod
    def state(self) -> State:
        """Ask it over its socket."""

    @abstractmethod
    def tidy(self) -> None:
        """Put in order what a dead predecessor left, so that a start can succeed. Only called when none is alive."""

    @abstractmethod
    def command(self) -> list[str | Path | int]:
        """How it is started."""

    @property
    def log(self) -> Path:
        return self.layout.logs / f"{self.program}.log"

    def start(self) -> Outcome:
        """Make it answer; a running one is adopted. Raises EmbeddedUnavailable with the end of its log."""
        self._process = self._find()
        if self._process is not None or self.state() is not State.SILENT:
            if self._answers_within(SILENCE):
                return "adopted"
            self.stop()
        for ghost in list(ghosts_of(self.program, self.folder)):
            end(ghost, self.farewells)
        self.tidy()
        self._launch()
        return "started"

    def is_running(self) -> bool:
        """True while it is alive; costs microseconds. One that lives in another container is asked instead."""
        if self._process is None:
            return self.state() is not State.SILENT
        return self._is_alive()

    def stop(self) -> None:
        """End it and wait until it is gone."""
        self._process = self._process if self._process and self._is_alive() else self._find()
        if self._process is None:
            return
        end(self._process, self.farewells)
        self._is_alive()
        self._process = None

    def _find(self) -> psutil.Process | None:
        try:
            process = psutil.Process(int(self.pid_file.read_text().split()[0]))
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None
        return process if is_server(process, self.program, self.folder) else None

    def _is_alive(self) -> bool:
        if self._child is not None:
            self._child.poll()  # or our own dead child stays a zombie
        return self._process is None or is_alive(self._process)

    def _launch(self) -> None:
        command = self.command()
        before = self.log.stat().st_size if self.log.exists() else 0
        self._child = spawn(command, log=self.log, account=self.account)
        self._process = psutil.Process(self._child.pid)
        if self._answers_within(PATIENCE):
            return
        self.stop()
        with open(self.log, "rb") as log:
            log.seek(before)
            said = log.read()[-2000:].decode(errors="replace").strip()
        raise EmbeddedUnavailable(f"The embedded {self.title} did not start. It says:\n{said or '(nothing)'}")

    def _answers_within(self, silence: float) -> bool:
        """Wait for a ready answer; gives up as soon as the process is gone."""
        begin = time.monotonic()
        while (state := self.state()) is not State.READY:
            limit = silence if state is State.SILENT else PATIENCE
            if not self._is_alive() or time.monotonic() - begin > limit:
                return False
            time.sleep(0.01)
        return True
