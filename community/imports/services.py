"""Bringing a community in from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, Protocol

from community.core import cache
from community.core.transactions import unit_of_work
from community.imports.records import Ledger
from community.imports.stackexchange import dump, links, people, questions, replies, report, rest, tags
from community.imports.stackexchange.job import Job
from community.imports.stackexchange.report import Report
from community.imports.stackexchange.staging import Staging
from community.imports.target import Target, Wish, find_or_make


class Progress(Protocol):
    """Shows how far an import is."""

    def step(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """A step of `total` units; what it gives hears how many of them are done."""


def import_stackexchange(folder: Path, wish: Wish, progress: Progress) -> Report:
    """Import the data dump of a Stack Exchange site into a community, which is made where it is missing.

    Safe to repeat: rows that were imported are passed over, and an import that was interrupted goes on where it stopped.
    Nothing is written before all files turned out to be whole. Raises `BrokenDump`, `AlreadyRunning` and what
    `find_or_make` raises; nothing was written then.
    """
    files = dump.find_files(folder)
    with unit_of_work(commit=False):
        find_or_make(wish)
    with Staging(f"stackexchange:{wish.slug}") as staging:
        for kind, path in files.items():
            with progress.step(f"Reading {path.name}", path.stat().st_size) as on_bytes:
                staging.load(kind, path, on_bytes)
        with unit_of_work():
            target = find_or_make(wish)
        _run_steps(staging, target, progress)
        with unit_of_work():
            cache.raise_later(f"c:{target.slug}")
        return report.draw_up(staging)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the work, and SQL that counts its rows."""

    title: str
    run: Callable[[Job], None]
    count: LiteralString


STEPS = (
    Step("Users", people.import_users, "SELECT count(*) FROM staged_users"),
    Step("Names without a user", people.import_names, "SELECT 0 AS count"),
    Step("Tags", tags.import_tags, "SELECT count(*) FROM staged_tags"),
    Step("Other posts", tags.settle_other_posts, "SELECT count(*) FROM staged_posts WHERE type NOT IN ('1', '2')"),
    Step("Questions", questions.import_questions, "SELECT count(*) FROM staged_posts WHERE type = '1'"),
    Step("Answers and comments", replies.import_replies,
         "SELECT (SELECT count(*) FROM staged_comments) + count(*) AS count FROM staged_posts WHERE type = '2'"),
    Step("Links", links.import_links, "SELECT count(*) FROM staged_postlinks"),
    Step("Votes", rest.settle_votes, "SELECT count(*) FROM staged_votes"),
    Step("History", rest.settle_history, "SELECT count(*) FROM staged_posthistory"),
    Step("Badges", rest.settle_badges, "SELECT count(*) FROM staged_badges"),
)


def _run_steps(staging: Staging, target: Target, progress: Progress) -> None:
    ledger = Ledger(staging.source)
    for step in STEPS:
        with progress.step(step.title, staging.query(step.count)[0]["count"]) as advance:
            step.run(Job(staging, ledger, target.community_id, target.space_id, advance))
