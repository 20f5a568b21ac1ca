"""A command that ends with its parent, also where the kernel does not help."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil

from community.embedded.processes import is_alive, wait_until
from community.launch.children import TETHER

PARENT = """
import importlib.util, os, signal, sys, time
spec = importlib.util.spec_from_file_location("tether", sys.argv[1])
tether = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tether)
parent = os.getpid()
if os.fork() == 0:
    sys.exit(tether.watch(parent, sys.argv[2:]))
print(os.wait()[1] >> 8, flush=True)
"""


def start(*command: str) -> subprocess.Popen[str]:
    """A parent whose child watches it, and runs the command."""
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(TETHER), *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_exit_status_is_handed_on() -> None:
    assert start("sh", "-c", "exit 7").communicate(timeout=10)[0] == "7\n"
    assert start("sh", "-c", "kill -9 $$").communicate(timeout=10)[0] == "137\n"


def test_signals_are_handed_on(tmp_path: Path) -> None:
    parent = start(
        "sh", "-c", f"trap 'echo bye > {tmp_path}/said; exit 4' TERM; touch {tmp_path}/up; while :; do sleep 0.1; done"
    )
    assert wait_until((tmp_path / "up").exists, 10)
    [watcher] = psutil.Process(parent.pid).children()
    watcher.send_signal(signal.SIGTERM)
    assert parent.communicate(timeout=10)[0] == "4\n"
    assert (tmp_path / "said").read_text() == "bye\n"


def test_the_command_ends_when_the_parent_is_killed(tmp_path: Path) -> None:
    parent = start("sh", "-c", f"touch {tmp_path}/up; exec sleep 60")
    assert wait_until((tmp_path / "up").exists, 10)
    family = psutil.Process(parent.pid).children(recursive=True)
    assert len(family) == 2
    parent.kill()
    parent.communicate(timeout=10)
    assert wait_until(lambda: not any(map(is_alive, family)), 5)


def test_a_command_whose_parent_is_already_gone_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, str(TETHER), "1", "touch", str(tmp_path / "started")]
    if sys.platform == "linux":
        assert subprocess.run(command, check=False, timeout=10).returncode == 1
        assert not (tmp_path / "started").exists()
