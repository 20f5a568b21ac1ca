"""Instances of their own for the tests of the embedded servers, and processes that use them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.instances import App, Instance

NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; its path is short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def make_instance(open_folder: Path) -> Iterator[Callable[[Path], Instance]]:
    """Instances at other places than `instance`."""
    made: list[Instance] = []

    def make(folder: Path) -> Instance:
        made.append(Instance(folder))
        return made[-1]

    yield make
    for instance in made:
        instance.clear()


@pytest.fixture
def instance(make_instance: Callable[[Path], Instance], open_folder: Path) -> Instance:
    """An instance that nobody has started yet."""
    return make_instance(open_folder / "instance")


@pytest.fixture
def start_app(instance: Instance) -> Iterator[Callable[..., App]]:
    """Starts processes that use `instance` (or the folder named), and ends them after the test."""
    started: list[App] = []

    def start(folder: Path | None = None, **options: Any) -> App:
        started.append(App(folder or instance.folder, **options))
        return started[-1]

    yield start
    for app in started:
        if app.process.poll() is None:
            app.end()


@pytest.fixture(params=["ourselves", "an ordinary user"])
def uid(request: pytest.FixtureRequest, open_folder: Path) -> int | None:
    """Whom the process runs as: ourselves, and once more as an ordinary user when we are root."""
    if request.param == "ourselves":
        return None
    if os.geteuid() != 0:
        pytest.skip("already an ordinary user")
    reaches = subprocess.run(["test", "-r", __file__], user=NOBODY, group=NOBODY, extra_groups=[], check=False)
    if reaches.returncode:
        pytest.skip("an ordinary user cannot read this checkout")
    (open_folder / "instance").mkdir()
    os.chown(open_folder / "instance", NOBODY, NOBODY)
    return NOBODY
