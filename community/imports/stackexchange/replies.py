"""Answers and comments become comments: an answer a root, a comment on it its reply, one on the question a note beside.

Both files are walked together in the order of time, because the order of ids is the order of the thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from community.comments import importing as comments
from community.comments.importing import ImportedComment, ImportedRevision
from community.communities import importing as communities
from community.communities.importing import Contributions
from community.imports.records import Fate, imported
from community.imports.stackexchange import history
from community.imports.stackexchange.history import History
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.people import Authors
from community.imports.stackexchange.questions import checked
from community.imports.stackexchange.rows import Refused, Row, Skipped
from community.imports.stackexchange.staging import row_of
from community.imports.stackexchange.texts import from_html
from community.posts import importing as posts

BATCH = 500


def import_replies(job: Job) -> None:
    """Make a comment of each answer and of each comment. A comment never comes before the answer it stands under."""
    job.staging.keep("replies", """
        SELECT row_number() OVER (ORDER BY at NULLS FIRST, step, ordinal) AS place, kind, ordinal FROM (
            SELECT at, 0 AS step, 'Posts' AS kind, ordinal FROM staged_posts WHERE type = '2'
            UNION ALL
            SELECT greatest(comment.at, answer.at), 1, 'Comments', comment.ordinal FROM staged_comments AS comment
            LEFT JOIN staged_posts AS answer ON answer.external_id = comment.post AND answer.type = '2') AS both_kinds""")
    job.each(job.staging.batches("""
        SELECT replies.place, replies.kind, reply.external_id, reply.problem, reply.attributes, parent.type AS parent,
            replies.kind = 'Posts' AND parent.type = '1'
                AND parent.attributes::json ->> 'AcceptedAnswerId' = reply.external_id AS is_accepted,
            (SELECT max(at) FROM staged_votes
             WHERE replies.kind = 'Posts' AND post = reply.external_id AND type = '1') AS accepted_at
        FROM replies
        CROSS JOIN LATERAL (
            SELECT external_id, problem, attributes, post FROM staged_posts
            WHERE replies.kind = 'Posts' AND ordinal = replies.ordinal
            UNION ALL SELECT external_id, problem, attributes, post FROM staged_comments
            WHERE replies.kind = 'Comments' AND ordinal = replies.ordinal) AS reply
        LEFT JOIN staged_posts AS parent ON parent.external_id = reply.post
        WHERE replies.place > %(after)s ORDER BY replies.place LIMIT %(size)s""", BATCH), lambda found: _add(job, found))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where replies to a row hang: the post, and the comment unless it is the post itself."""

    post_id: int
    comment_id: int | None


def _add(job: Job, found: Sequence[dict[str, Any]]) -> None:
    accepted = {record["external_id"]: record["accepted_at"] for record in found
                if record["is_accepted"]}
    rows = [row_of(record["kind"], record) for record in found]
    pending = {kind: {row.external_id for row in job.pending(kind, [row for row in rows if row.kind == kind])}
               for kind in ("Posts", "Comments")}
    rows = [row for row in rows if row.external_id in pending[row.kind]]
    reader = _Reader(job, rows, {(record["kind"], record["external_id"]): record["parent"] for record in found})
    for row in rows:
        reader.take(row)
    new = list(reader.taken.values())
    revision_ids = comments.add_comments(job.community_id, new)
    revisions = dict[str, Fate]()
    for (kind, external_id), comment, numbers in zip(reader.taken, new, revision_ids, strict=True):
        reader.fates[kind][external_id] = imported("comment", comment.id)
        if kind == "Posts" and external_id in reader.histories:
            revisions |= history.fates("comment_revision", reader.histories[external_id].changes, numbers, reader.authors)
    _count(job, new, {reader.taken["Posts", external_id].id: at for external_id, at in accepted.items()
                      if ("Posts", external_id) in reader.taken})
    for kind, fates in reader.fates.items():
        job.ledger.settle(kind, fates)
    job.ledger.settle("PostHistory", revisions)


def _count(job: Job, new: Sequence[ImportedComment], accepted: dict[int, dt.datetime | None]) -> None:
    """Bring posts and counters in line. `accepted` holds when, by the ids of the accepted answers."""
    made, by_post = Contributions(), dict[int, tuple[int, dt.datetime]]()
    answers = dict[int, tuple[int, dt.datetime]]()
    for comment in new:
        made.add_comment(comment.author_id, job.space_id, comment.created_at)
        count, latest = by_post.get(comment.post_id, (0, comment.created_at))
        by_post[comment.post_id] = count + 1, max(latest, comment.created_at)
        if comment.id in accepted:
            at = accepted[comment.id]
            answers[comment.post_id] = comment.id, max(at.astimezone(dt.UTC), comment.created_at) if at else comment.created_at
    posts.count_comments(by_post)
    posts.accept_answers(answers)
    communities.count(job.community_id, made)


class _Reader:
    """Makes comments of a batch of rows, one after the other, because one may be the parent of the next."""

    def __init__(self, job: Job, rows: Sequence[Row], parents: Mapping[tuple[str, str], str | None]) -> None:
        """`parents` holds the PostTypeId of what each row belongs to, None where the dump does not hold it."""
        self._parents = parents
        self.taken: dict[tuple[str, str], ImportedComment] = {}
        self.fates: dict[str, dict[str, Fate]] = {"Posts": {}, "Comments": {}}
        self.histories = history.load(job, [row.external_id for row in rows if row.kind == "Posts"])
        self.authors = Authors(job, [*rows, *history.rows_of(self.histories)])
        self._ids = iter(comments.reserve(len(rows)))
        above = {row.attributes.get("ParentId" if row.kind == "Posts" else "PostId", "").strip() for row in rows}
        self._known = job.ledger.known("Posts", above)
        answers = [fate.entity_id for fate in self._known.values() if fate.entity_type == "comment" and fate.entity_id]
        self._posts = comments.posts_of(answers)

    def take(self, row: Row) -> None:
        """Read a row, and note what became of it where it was not taken."""
        taken, fates = read_each([row], self._answer if row.kind == "Posts" else self._comment)
        self.fates[row.kind] |= fates
        for external_id, comment in taken.items():
            self.taken[row.kind, external_id] = comment

    def _answer(self, row: Row) -> ImportedComment:
        at = row.moment("CreationDate")
        if self._parents[row.kind, row.external_id] not in (None, "1"):
            raise Refused(f"its question {row.reference('ParentId')} is no question")
        place = self._place(row, "ParentId")
        past = self.histories.get(row.external_id, History())
        content = checked(past.body or from_html(row.given("Body")), comments.CONTENT_MAX)
        author_id = self.authors.of(row)
        revisions = [ImportedRevision(self.authors.known(version.change.rows[0]), version.body, version.change.at)
                     for version in past.versions(title="", body=content, tags=[])]
        return ImportedComment(
            id=next(self._ids), post_id=place.post_id, author_id=author_id, content=content, created_at=at,
            score=row.number("Score"), is_answer=True, edited_at=row.moment_or_none("LastEditDate"), revisions=revisions)

    def _comment(self, row: Row) -> ImportedComment:
        at = row.moment("CreationDate")
        place = self._place(row, "PostId")
        content = checked(row.given("Text").strip(), comments.CONTENT_MAX)
        return ImportedComment(
            id=next(self._ids), post_id=place.post_id, parent_id=place.comment_id, author_id=self.authors.of(row),
            content=content, created_at=at, score=row.number("Score"))

    def _place(self, row: Row, attribute: str) -> _Place:
        number = row.reference(attribute)
        if number is None:
            raise Refused(f"{attribute} is missing")
        parent = self.taken.get(("Posts", number))
        if parent is not None:
            return _Place(parent.post_id, parent.id)
        fate = self.fates["Posts"].get(number) or self._known.get(number)
        if fate is None:
            raise Refused(f"post {number} is not in the dump")
        if fate.outcome == "FAILED":
            raise Refused(f"post {number} could not be taken")
        if fate.entity_id is None or fate.entity_type not in ("post", "comment"):
            raise Skipped("it belongs to a post that is neither a question nor an answer")
        if fate.entity_type == "post":
            return _Place(fate.entity_id, None)
        return _Place(self._posts[fate.entity_id], fate.entity_id)
