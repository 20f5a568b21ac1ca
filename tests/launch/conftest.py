"""Sites of tiny programs under the real launcher."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.embedded.instances import made_database, make_open_folder
from tests.launch.sites import Site

__all__ = ["made_database"]


@pytest.fixture
def start_site(made_database: Path) -> Iterator[Callable[..., Site]]:
    """Starts a tiny site: `start_site("bad-web", BIND=...)`."""
    sites: list[Site] = []

    def start(*parts: str, **settings: str) -> Site:
        folder = make_open_folder()
        (folder / "instance").mkdir()
        subprocess.run(["cp", "-a", made_database, folder / "instance"], check=True)
        sites.append(Site(folder, [sys.executable, "-m", "tests.launch.tiny", str(folder), *parts], **settings))
        return sites[-1]

    yield start
    for site in sites:
        site.clear()
