"""Votes, badges, and what of the history belongs to no revision: counted, and left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from community.comments import importing as comments
from community.imports.records import Fate, imported
from community.imports.stackexchange import history
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.rows import Refused, Row, Skipped
from community.imports.stackexchange.texts import HISTORY_TYPES, VOTE_TYPES
from community.posts import importing as posts

ACCEPTED, UP, DOWN = "1", "2", "3"
BATCH = 5_000


def settle_votes(job: Job) -> None:
    """Votes have no voter: those for and against stand in the score of their post, an acceptance in its time."""
    job.each(job.staging.rows("Votes", BATCH), lambda rows: _settle_votes(job, rows))


def settle_history(job: Job) -> None:
    """Note why the rows of PostHistory that became no revision were not taken."""
    job.each(job.staging.rows("PostHistory", BATCH), lambda rows: _settle(job, "PostHistory", rows, _refuse_history))


def settle_badges(job: Job) -> None:
    """Note that badges were not taken."""
    job.each(job.staging.rows("Badges", BATCH), lambda rows: job.ledger.settle(
        "Badges", read_each(rows, _refuse_badge)[1]))


def _settle_votes(job: Job, rows: Sequence[Row]) -> None:
    rows = job.pending("Votes", rows)
    known = job.ledger.known("Posts", _posts_of(rows))
    answers = {fate.entity_id for row in rows if row.attributes.get("VoteTypeId") == ACCEPTED
               and (fate := known.get(row.attributes.get("PostId", ""))) and fate.entity_type == "comment"
               and fate.entity_id}
    accepted = posts.accepted_in(set(comments.posts_of(answers).values()))
    taken, fates = read_each(rows, lambda row: _vote(row, known, accepted))
    job.ledger.settle("Votes", fates | taken)


def _vote(row: Row, known: Mapping[str, Fate], accepted: set[int]) -> Fate:
    row.moment("CreationDate")
    kind = row.required("VoteTypeId").strip()
    fate = _post(row, known)
    if kind in (UP, DOWN):
        return imported(fate.entity_type or "", fate.entity_id or 0)
    if kind != ACCEPTED:
        raise Skipped(f"{VOTE_TYPES.get(kind, f'votes of the type {kind[:20]}')} have no place yet")
    if fate.entity_type != "comment" or fate.entity_id not in accepted:
        raise Skipped("acceptances that were taken back")
    return imported("comment", fate.entity_id)


def _settle(job: Job, kind: str, rows: Sequence[Row], refuse: Callable[[Row, Mapping[str, Fate]], None]) -> None:
    rows = job.pending(kind, rows)
    known = job.ledger.known("Posts", _posts_of(rows))
    job.ledger.settle(kind, read_each(rows, lambda row: refuse(row, known))[1])


def _refuse_history(row: Row, known: Mapping[str, Fate]) -> None:
    row.moment("CreationDate")
    kind = row.required("PostHistoryTypeId").strip()
    _post(row, known)
    if kind in history.TEXTS:
        raise Skipped("its post was imported before, without this revision")
    raise Skipped(f"{HISTORY_TYPES.get(kind, f'history of the type {kind[:20]}')} have no place yet")


def _refuse_badge(row: Row) -> None:
    row.required("Name")
    raise Skipped("badges have no place yet")


def _posts_of(rows: Sequence[Row]) -> set[str]:
    return {row.attributes.get("PostId", "").strip() for row in rows}


def _post(row: Row, known: Mapping[str, Fate]) -> Fate:
    """The question or answer a row belongs to."""
    number = row.reference("PostId")
    if number is None:
        raise Refused("PostId is missing")
    fate = known.get(number)
    if fate is None:
        raise Skipped("its post is not in the dump")
    if fate.outcome == "FAILED":
        raise Skipped("its post could not be taken")
    if fate.entity_type not in ("post", "comment"):
        raise Skipped("its post is a tag wiki or another page of the site")
    return fate
