"""The programs of a tiny site: `python programs.py FOLDER PROGRAM`, without imports from the project, for speed.

Every program writes what happens to it into FOLDER/events, one line of JSON each.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType

HANDED = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BIND", "BASE_URL", "INSTANCE_DIR")


def note(event: str, **facts: object) -> None:
    line = json.dumps({"event": event, "pid": os.getpid(), "time": time.monotonic(), **facts})
    with Path("events").open("a") as file:
        file.write(f"{line}\n")


def wait_for_the_set_up() -> None:
    os.read(int(os.environ["START_GATE"]), 1)


def step() -> None:
    note("step", environment={name: os.environ[name] for name in HANDED})


def slow_step() -> None:
    note("slow step")
    time.sleep(60)


class Pages(BaseHTTPRequestHandler):
    """Answers everything, `/readyz` included."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.headers["Host"].encode())

    def log_message(self, *args: object) -> None:
        pass


def web() -> None:
    wait_for_the_set_up()
    signal.signal(signal.SIGTERM, leave_as("web ends"))
    note("web", environment={name: os.environ[name] for name in HANDED})
    host, _, port = os.environ["BIND"].rpartition(":")
    ThreadingHTTPServer((host, int(port)), Pages).serve_forever()


def deaf_web() -> None:
    wait_for_the_set_up()
    signal.signal(signal.SIGTERM, lambda *_: note("web is asked"))
    host, _, port = os.environ["BIND"].rpartition(":")
    note("web")
    ThreadingHTTPServer((host, int(port)), Pages).serve_forever()


def silent_web() -> None:
    wait_for_the_set_up()
    signal.signal(signal.SIGTERM, leave_as("web ends"))
    note("web")
    while True:
        signal.pause()


def worker() -> None:
    signal.signal(signal.SIGTERM, leave_as("worker ends"))
    note("worker")
    while True:
        signal.pause()


def leave_as(event: str):  # type: ignore[no-untyped-def]
    def leave(number: int, frame: FrameType | None) -> None:
        note(event)
        os._exit(0)

    return leave


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    programs = {"step": step, "slow-step": slow_step, "web": web, "worker": worker}
    programs |= {"deaf-web": deaf_web, "silent-web": silent_web}
    programs[sys.argv[2]]()
