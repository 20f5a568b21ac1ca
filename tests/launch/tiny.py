"""A site of tiny programs under the real launcher: `python -m tests.launch.tiny FOLDER [PART ...]`.

Each PART replaces a program: `bad-step`, `slow-step`, `bad-web`, `deaf-web`, `silent-web`, `gunicorn`;
`set-up` says that no step is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from community.config import Config
from community.launch.commands import ROOT, Commands
from community.launch.launcher import Launcher

PROGRAMS = Path(__file__).with_name("programs.py")


def main() -> None:
    folder, *parts = sys.argv[1:]
    sys.exit(Launcher(Config.load(), commands(folder, parts)).run())


def commands(folder: str, parts: list[str]) -> Commands:
    def program(name: str) -> list[str]:
        return [sys.executable, "-S", str(PROGRAMS), folder, name]

    false = [sys.executable, "-S", "-c", "raise SystemExit(3)"]
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:community.gunicorn_conf", "tests.launch.tiny_wsgi:app"]
    steps = {"bad-step": false, "slow-step": program("slow-step")}
    webs = {"bad-web": false, "gunicorn": gunicorn}
    webs |= {name: program(name) for name in ("deaf-web", "silent-web")}
    last = next((steps[part] for part in parts if part in steps), program("step"))
    web = next((webs[part] for part in parts if part in webs), program("web"))
    return Commands((("First", program("step")), ("Second", last)), web, program("worker"), ROOT,
                    is_set_up=lambda database_url: "set-up" in parts)


if __name__ == "__main__":
    main()
