"""The programs that make up a running site."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from community.launch.state import is_set_up

ROOT = Path(__file__).resolve().parents[2]
"""The checkout; every command runs in it."""


@dataclass(frozen=True)
class Commands:
    """What is run once before the site opens (each with what to say about it), and what runs as long as it does."""

    setup: tuple[tuple[str, list[str]], ...]
    web: list[str]
    worker: list[str]
    folder: Path = ROOT
    is_set_up: Callable[[str], bool] = lambda database_url: False
    """Whether the database at this address is as `setup` would leave it, which then is not run."""

    @classmethod
    def of_site(cls, *, demo: bool) -> Commands:
        """The commands of this checkout, with the interpreter that runs us."""
        community = [sys.executable, "-m", "community"]
        return cls(
            setup=(("Preparing the database", [*community, "prepare", *(["--demo"] if demo else [])]),),
            web=[sys.executable, "-m", "gunicorn", "-c", "python:community.gunicorn_conf", "wsgi:app"],
            worker=[*community, "worker"],
            is_set_up=partial(is_set_up, demo=demo),
        )
