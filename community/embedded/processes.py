"""Processes: start one that outlives us, find those of a folder, tell the living from the dead."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import psutil

from community.embedded.account import Account

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All that the servers see: a PGDATA or LD_PRELOAD of the person who starts us would change them."""
LARGEST_LOG = 8 * 1024 * 1024


class Daemon(subprocess.Popen[bytes]):
    """A server that is meant to outlive us, so forgetting a running one is no mistake to warn of."""

    def __del__(self) -> None:
        pass


def spawn(argv: Sequence[str | Path | int], *, log: Path, account: Account) -> Daemon:
    """Start a server in a session of its own: a Ctrl-C in the terminal must not reach it."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old.log"))
    with open(log, "ab") as sink:
        if account.drops:
            os.fchown(sink.fileno(), account.uid, account.gid)
        return Daemon(
            [str(arg) for arg in argv],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            cwd="/",
            env=ENVIRONMENT,
            start_new_session=True,
            **account.spawn_options,
        )


def run(argv: Sequence[str | Path], *, account: Account, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run one of the servers' tools to its end, with `text` as its input; standard error joins the output."""
    return subprocess.run(
        [str(arg) for arg in argv],
        check=False,
        input=text,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        env=ENVIRONMENT,
        **account.spawn_options,
    )


def is_alive(process: psutil.Process) -> bool:
    """False for a zombie too: where PID 1 does not reap, `kill(pid, 0)` succeeds on those for ever."""
    try:
        return process.is_running() and process.status() not in (
            psutil.STATUS_ZOMBIE,
            psutil.STATUS_DEAD,
        )
    except psutil.NoSuchProcess:
        return False


def is_server(process: psutil.Process, program: str, folder: Path) -> bool:
    """True when this is `program` at work in `folder`, not somebody who got the number of a dead one."""
    try:
        return is_alive(process) and process.name() == program and _works_in(process, folder)
    except psutil.Error:
        return False


def servers_in(program: str, folder: Path) -> Iterator[psutil.Process]:
    """Every living process of `program` at work in `folder`."""
    return (process for process in psutil.process_iter() if is_server(process, program, folder))


def users_of(program: str, folder: Path) -> Iterator[psutil.Process]:
    """Every living process of `program` that was started with this folder as an argument."""
    for process in psutil.process_iter():
        try:
            if process.name() == program and str(folder) in process.cmdline() and is_alive(process):
                yield process
        except psutil.Error:
            continue


def ghosts_of(program: str, folder: Path) -> Iterator[psutil.Process]:
    """Living processes of `program` at work in a folder that had this path and was deleted (Linux only)."""
    for process in psutil.process_iter():
        try:
            if process.name() == program and os.readlink(f"/proc/{process.pid}/cwd") == f"{folder} (deleted)":
                yield process
        except (OSError, psutil.Error):
            continue


def end(process: psutil.Process, farewells: Iterable[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn, wait the seconds it gets, and stop at the first that worked."""
    for farewell, seconds in farewells:
        try:
            process.send_signal(farewell)
        except psutil.NoSuchProcess:
            return
        if wait_until(lambda: not is_alive(process), seconds):
            return


def wait_until(probe: Callable[[], bool], seconds: float) -> bool:
    """Ask every 20 ms until it is so; False when the time is up."""
    end = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _works_in(process: psutil.Process, folder: Path) -> bool:
    if not os.path.isdir("/proc/self"):
        return bool(process.cwd() == str(folder))
    try:  # by inode: a folder that was deleted and made anew has the same path
        return os.path.samefile(f"/proc/{process.pid}/cwd", folder)
    except OSError:
        return False
