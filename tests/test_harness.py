"""The harness keeps its own promises."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from community.accounts import services
from community.accounts.models import User
from community.accounts.queries import by_email
from community.communities.models import Space, SpaceMember
from community.extensions import db
from tests.cast import Cast, Person
from tests.databases import Database, make_folder
from tests.network import OutsideRefused
from tests.visitor import Client, Visitor

NEW = {"display_name": "Zoe", "email": "zoe@example.org", "username": "zoe", "password": "one more long password"}


def test_everybody_is_where_the_cast_says(viewer_of: Callable[..., object], cast: Cast) -> None:
    roles = {name: viewer_of(person).member for name, person in cast.people.items()}
    assert {name: member.role if member else None for name, member in roles.items()} == {
        "ada": "OWNER", "mia": "MODERATOR", "bob": "MEMBER", "cleo": "MEMBER", "eve": None,
    }  # fmt: skip
    crew = db.session.query(SpaceMember).join(Space, Space.id == SpaceMember.space_id).filter(Space.slug == "workshop")
    assert {row.member_id for row in crew} == {cast.people[name].member_id for name in ("ada", "mia", "bob")}


@pytest.mark.parametrize("_turn", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(_turn: int, db_session: object) -> None:
    assert by_email(NEW["email"]) is None
    assert services.sign_up(**NEW) is not None
    db.session.commit()
    assert by_email(NEW["email"]) is not None


def test_a_request_sees_what_the_test_prepared_and_the_test_what_the_request_wrote(
    as_: Callable[[Person], Visitor], bob: Person
) -> None:
    db.session.query(User).filter_by(id=bob.user_id).update({"timezone": "Asia/Tokyo"})
    page = as_(bob).post("/settings/appearance", theme="DARK")
    assert page.status == 303
    assert db.session.scalar(text("SELECT theme FROM profiles WHERE user_id = :id"), {"id": bob.user_id}) == "DARK"
    assert db.session.scalar(text("SELECT timezone FROM users WHERE id = :id"), {"id": bob.user_id}) == "Asia/Tokyo"


@pytest.mark.parametrize("_turn", [1, 2])
def test_a_committed_database_is_fresh_and_open_to_others(_turn: int, committed_db: Database) -> None:
    assert services.sign_up(**NEW) is not None
    db.session.commit()
    with create_engine(committed_db.url, poolclass=NullPool).connect() as other:
        assert other.scalar(text("SELECT count(*) FROM users WHERE username = 'zoe'")) == 1


def test_mails_of_the_test_are_read_after_draining(
    db_session: object, drain: Callable[[], object], mails: Callable[[], list]
) -> None:
    assert mails() == []
    services.sign_up(**NEW)
    drain()
    assert [mail["To"] for mail in mails()] == [NEW["email"]]


def test_statements_of_a_request_are_counted(client: Client, statements: Callable) -> None:
    with statements() as sent:
        assert client.get("/readyz").json["ready"]
    assert [statement.partition(" FROM ")[2] for statement in sent] == ["alembic_version", "pg_extension"]


def test_another_machine_cannot_be_reached() -> None:
    with pytest.raises(OutsideRefused):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with pytest.raises(OutsideRefused):
        socket.getaddrinfo("example.org", 443)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        socket.create_connection(listener.getsockname()).close()


KILLED = """
import os, signal
from tests.databases import Servers, make_folder
folder = make_folder()
print(folder, Servers(folder).services.redis_url, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the servers of this run are others'")
def test_servers_of_a_killed_run_are_stopped_by_a_later_one() -> None:
    run = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, check=False)
    folder = Path(run.stdout.split()[0])
    sockets = list((folder / "instance").rglob("valkey.sock"))
    assert sockets
    for age, is_left in ((60, True), (7200, False)):
        os.utime(folder, (folder.stat().st_mtime - age,) * 2)
        shutil.rmtree(make_folder())
        assert folder.exists() is is_left
