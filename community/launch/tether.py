"""Run a command that ends when its parent does, however the parent ends.

`python tether.py PARENT_PID COMMAND ...`, where PARENT_PID is who starts it. A script of its own without imports from
the project, so that it costs next to nothing: on Linux it asks the kernel for a signal and becomes the command;
elsewhere it stays between the two and looks once a second whether the parent is there.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from types import FrameType

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        become(parent, command)
    sys.exit(watch(parent, command))


def become(parent: int, command: list[str]) -> None:
    """Turn into the command, to which the kernel sends SIGTERM when the parent dies (Linux)."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() == parent:  # else it died before the kernel knew of our wish
        os.execvp(command[0], command)
    sys.exit(1)


def watch(parent: int, command: list[str]) -> int:
    """Run the command, pass on the signals that end it, and end it when the parent is gone. Returns its exit status."""
    child = subprocess.Popen(command, close_fds=False)

    def pass_on(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    while True:
        try:
            code = child.wait(1)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                child.terminate()
                parent = os.getppid()
        else:
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    main()
