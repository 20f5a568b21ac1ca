"""Tags with their descriptions, and the posts of a dump that are neither questions nor answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from community.communities import importing as communities
from community.imports.records import Fate, imported, skipped
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.rows import Refused, Row, Skipped
from community.imports.stackexchange.staging import row_of
from community.imports.stackexchange.texts import POST_TYPES, from_html

BATCH = 1_000


def import_tags(job: Job) -> None:
    """Make a tag of each row of Tags; the excerpt of its wiki, a row of Posts, says what it is for."""
    job.each(job.staging.batches("""
        SELECT tag.ordinal AS place, tag.external_id, tag.problem, tag.attributes, excerpt.external_id AS excerpt_id,
            excerpt.attributes::json ->> 'Body' AS excerpt
        FROM staged_tags AS tag
        LEFT JOIN staged_posts AS excerpt ON excerpt.external_id = tag.post AND excerpt.type = '4'
        WHERE tag.ordinal > %(after)s ORDER BY tag.ordinal LIMIT %(size)s""", BATCH), lambda found: _add(job, found))


def settle_other_posts(job: Job) -> None:
    """Note why the posts that are neither questions nor answers, nor describe a tag, were not taken."""
    job.each(job.staging.rows("Posts", BATCH, "type IS NULL OR type NOT IN ('1', '2')"), lambda rows: _settle(job, rows))


def checked_name(name: str) -> str:
    """The name of a tag. Raises `Refused` where it is too long."""
    if len(name) > communities.TAG_MAX:
        raise Refused(f"the tag {name[:20]}… is longer than {communities.TAG_MAX} characters")
    return name


def _add(job: Job, found: Sequence[dict[str, Any]]) -> None:
    rows = job.pending("Tags", [row_of("Tags", record) for record in found])
    taken, fates = read_each(rows, lambda row: checked_name(row.required("TagName").strip()))
    ids = communities.tag_ids(job.community_id, list(taken.values()))
    tags = {external_id: ids[name.lower()] for external_id, name in taken.items()}
    job.ledger.settle("Tags", fates | {external_id: imported("tag", number) for external_id, number in tags.items()})
    job.ledger.settle("Posts", {
        record["excerpt_id"]: _describe(tags[record["external_id"]], record["excerpt"] or "")
        for record in found if record["excerpt_id"] and record["external_id"] in tags})


def _settle(job: Job, rows: Sequence[Row]) -> None:
    known = job.ledger.known("Posts", [row.external_id for row in rows])
    open_ = [row for row in rows if row.external_id not in known or known[row.external_id].outcome == "FAILED"]
    job.ledger.settle("Posts", read_each(open_, _refuse)[1])


def _describe(tag_id: int, html: str) -> Fate:
    description = from_html(html).strip()
    if not description:
        return skipped("a tag's description without text")
    if not communities.describe_tag(tag_id, description):
        return skipped("a tag's description: the tag had one already")
    return imported("tag", tag_id)


def _refuse(row: Row) -> None:
    kind = row.required("PostTypeId").strip()
    raise Skipped(POST_TYPES.get(kind, f"a post of the type {kind[:20]}"))
