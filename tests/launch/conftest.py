"""Sites of tiny programs under the real launcher."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.embedded.instances import make_open_folder
from tests.launch.sites import Site


@pytest.fixture
def start_site() -> Iterator[Callable[..., Site]]:
    """Starts a tiny site: `start_site("bad-web", BIND=...)`."""
    sites: list[Site] = []

    def start(*parts: str, **settings: str) -> Site:
        folder = make_open_folder()
        sites.append(Site(folder, [sys.executable, "-m", "tests.launch.tiny", str(folder), *parts], **settings))
        return sites[-1]

    yield start
    for site in sites:
        site.clear()
