"""The unit of work: the one place that commits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from community.extensions import db

log = logging.getLogger(__name__)

_AFTER = "after_commit"


@contextmanager
def unit_of_work(*, commit: bool = True) -> Iterator[UnitOfWork]:
    """Run a block as one transaction of the current session.

    Commits at the end (unless told otherwise, or `work.abandon()` was called), rolls back when the block raises, and
    then runs what was put off by `after_commit`. Nesting is a mistake: services never open one.
    """
    work = UnitOfWork(commit=commit)
    try:
        yield work
        if work.commits:
            db.session.commit()
        else:
            db.session.rollback()
    except BaseException:
        _take()
        db.session.rollback()
        raise
    if work.commits:
        _run(_take())
    else:
        _take()


class UnitOfWork:
    """What the block may still decide about its transaction."""

    def __init__(self, *, commit: bool) -> None:
        self.commits = commit

    def abandon(self) -> None:
        """Roll back at the end instead of committing."""
        self.commits = False


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the transaction that fails alone: an error undoes it, and forgets what it put off by `after_commit`."""
    actions = dict(db.session.info.get(_AFTER, {}))
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        db.session.info[_AFTER] = actions
        raise


def let_go() -> None:
    """Give the database connection back before waiting for another machine. What was written so far is undone."""
    db.session.rollback()


def after_commit(key: str, action: Callable[[], None], *, last: bool = False) -> None:
    """Run `action` once the transaction is durable; a later one under the same key replaces an earlier one.

    For courtesies only (wake-ups, pushes, cache generations): the process may die before it runs. With `last` it runs
    after all others: whoever is told to look must not find what a cache kept.
    """
    db.session.info.setdefault(_AFTER, {})[key] = (last, action)


def put_off(key: str) -> Callable[[], None] | None:
    """The action waiting under `key` in this transaction, for callers that add to it."""
    waiting: dict[str, tuple[bool, Callable[[], None]]] = db.session.info.get(_AFTER, {})
    return waiting[key][1] if key in waiting else None


def _take() -> list[Callable[[], None]]:
    waiting = db.session.info.pop(_AFTER, {}).values()
    return [action for _, action in sorted(waiting, key=lambda entry: entry[0])]


def _run(actions: list[Callable[[], None]]) -> None:
    for action in actions:
        try:
            action()
        except Exception:
            log.exception("an action after commit failed")
