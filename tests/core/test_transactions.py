"""The unit of work: what is committed, what is not, and what happens after."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from community.core import settings
from community.core.transactions import after_commit, put_off, savepoint, unit_of_work
from community.extensions import db
from tests.databases import Database
from tests.laboratory import Laboratory
from tests.visitor import OWN_PAGE


def send(laboratory: Laboratory, method: str, path: str, **values: object) -> int:
    response = laboratory.client.open(path, method=method, query_string=values, headers=OWN_PAGE)
    return response.status_code


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_request_that_changes_something_commits(laboratory: Laboratory, method: str) -> None:
    assert send(laboratory, method, "/lab/write", value="new") == 200
    assert laboratory.written == "new"
    assert laboratory.done == ["new"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_never_commits(laboratory: Laboratory, method: str) -> None:
    assert send(laboratory, method, "/lab/write", value="new") == 200
    assert laboratory.written is None
    assert laboratory.done == []


@pytest.mark.parametrize("status", [201, 204, 303])
def test_a_redirect_is_a_success(laboratory: Laboratory, status: int) -> None:
    assert send(laboratory, "POST", "/lab/write", value="new", status=status) == status
    assert laboratory.written == "new"


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_an_answer_of_400_and_more_rolls_back(laboratory: Laboratory, status: int) -> None:
    assert send(laboratory, "POST", "/lab/write", value="new", status=status) == status
    assert laboratory.written is None
    assert laboratory.done == []


@pytest.mark.parametrize(("kind", "status"), [("denied", 403), ("conflict", 409), ("bug", 500)])
def test_an_error_rolls_back(laboratory: Laboratory, kind: str, status: int) -> None:
    assert send(laboratory, "POST", f"/lab/write-and-fail/{kind}", value="new") == status
    assert laboratory.written is None
    assert laboratory.done == []


def test_what_must_outlive_a_refusal_is_kept(laboratory: Laboratory) -> None:
    assert send(laboratory, "POST", "/lab/write", value="noted", status=422, keep=1) == 422
    assert laboratory.written == "noted"
    assert laboratory.done == ["noted"]


def test_a_get_keeps_nothing_even_when_asked_to(laboratory: Laboratory) -> None:
    assert send(laboratory, "GET", "/lab/write", value="noted", status=422, keep=1) == 422
    assert laboratory.written is None


def test_a_failed_request_leaves_nothing_to_the_next(laboratory: Laboratory) -> None:
    send(laboratory, "POST", "/lab/write-and-fail/bug", value="bad")
    send(laboratory, "POST", "/lab/write", value="good")
    assert laboratory.written == "good"
    assert laboratory.done == ["good"]


def seen_by_others(database: Database) -> object:
    with db.engine.connect() as other:
        return other.scalar(text("SELECT value #>> '{}' FROM site_settings WHERE key = 'site_name'"))


def test_a_block_commits_at_its_end(committed_db: Database) -> None:
    with unit_of_work():
        settings.put("site_name", "new")
        assert seen_by_others(committed_db) is None
    assert seen_by_others(committed_db) == "new"


def test_a_block_that_raises_rolls_back_and_forgets_what_it_put_off(committed_db: Database) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError), unit_of_work():
        settings.put("site_name", "new")
        after_commit("note", lambda: done.append("bad"))
        raise ZeroDivisionError
    with unit_of_work():
        pass
    assert done == []
    assert seen_by_others(committed_db) is None


def test_a_block_can_be_abandoned(committed_db: Database) -> None:
    done: list[str] = []
    with unit_of_work() as work:
        settings.put("site_name", "new")
        after_commit("note", lambda: done.append("bad"))
        work.abandon()
    assert done == []
    assert seen_by_others(committed_db) is None


def test_a_failed_part_is_undone_alone(committed_db: Database) -> None:
    done: list[str] = []
    with unit_of_work():
        settings.put("site_name", "kept")
        after_commit("kept", lambda: done.append("kept"))
        with pytest.raises(ZeroDivisionError), savepoint():
            settings.put("site_name", "undone")
            after_commit("kept", lambda: done.append("undone"))
            after_commit("undone", lambda: done.append("undone"))
            raise ZeroDivisionError
    assert seen_by_others(committed_db) == "kept"
    assert done == ["kept"]


def test_actions_run_after_the_commit_each_once_and_the_last_last(committed_db: Database) -> None:
    done: list[object] = []
    with unit_of_work():
        after_commit("push", lambda: done.append("push"), last=True)
        after_commit("count", lambda: done.append("early"))
        after_commit("count", lambda: done.append(seen_by_others(committed_db)))
        assert put_off("count") is not None
        assert put_off("other") is None
        settings.put("site_name", "new")
    assert done == ["new", "push"]


def test_an_action_that_fails_does_not_stop_the_others(committed_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    with caplog.at_level(logging.ERROR), unit_of_work():
        after_commit("bad", lambda: 1 / 0)
        after_commit("good", lambda: done.append("good"))
    assert done == ["good"]
    assert "an action after commit failed" in caplog.text
