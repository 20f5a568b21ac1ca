"""Links between questions become relations; a duplicate stands before what is only mentioned."""

from __future__ import annotations

from collections.abc import Sequence

from community.imports.records import Fate, imported
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.rows import Refused, Row, Skipped
from community.posts import importing as posts

LINKED, DUPLICATE = "1", "3"
ORDER = {DUPLICATE: 0, LINKED: 1}
BATCH = 1_000


def import_links(job: Job) -> None:
    """Relate the two questions of each row of PostLinks."""
    job.each(job.staging.rows("PostLinks", BATCH), lambda rows: _add(job, rows))


def _add(job: Job, rows: Sequence[Row]) -> None:
    rows = job.pending("PostLinks", rows)
    ends = {row.attributes.get(name, "").strip() for row in rows for name in ("PostId", "RelatedPostId")}
    known = job.ledger.known("Posts", ends)
    taken, fates = read_each(rows, lambda row: _read(row, known))
    pairs: dict[tuple[int, int], int] = {}
    for pair, place in taken.values():
        pairs[pair] = min(place, pairs.get(pair, place))
    ids = posts.relate(job.community_id, pairs)
    job.ledger.settle("PostLinks", fates | {
        external_id: imported("post_relation", ids[pair]) for external_id, (pair, _) in taken.items()})


def _read(row: Row, known: dict[str, Fate]) -> tuple[tuple[int, int], int]:
    kind = row.required("LinkTypeId").strip()
    one, other = (_end(row, name, known) for name in ("PostId", "RelatedPostId"))
    if kind not in ORDER:
        raise Skipped(f"links of the type {kind[:20]} have no place")
    if one == other:
        raise Skipped("it links a post to itself")
    return (one, other), ORDER[kind]


def _end(row: Row, name: str, known: dict[str, Fate]) -> int:
    number = row.reference(name)
    if number is None:
        raise Refused(f"{name} is missing")
    fate = known.get(number)
    if fate is None:
        raise Skipped("one of its ends is not in the dump")
    if fate.entity_type == "comment":
        raise Skipped("one of its ends is an answer")
    if fate.entity_type != "post" or fate.entity_id is None:
        raise Skipped("one of its ends was not taken")
    return fate.entity_id
