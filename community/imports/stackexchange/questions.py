"""Questions become posts with their tags and all their revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from community.communities import importing as communities
from community.communities.importing import Contributions
from community.imports.records import Fate, imported
from community.imports.stackexchange import history
from community.imports.stackexchange.history import History
from community.imports.stackexchange.job import Job, read_each
from community.imports.stackexchange.people import Authors
from community.imports.stackexchange.rows import Refused, Row
from community.imports.stackexchange.staging import row_of
from community.imports.stackexchange.tags import checked_name
from community.imports.stackexchange.texts import cut, from_html, lock_reason
from community.posts import importing as posts
from community.posts.importing import ImportedPost, ImportedRevision

BATCH = 200


def import_questions(job: Job) -> None:
    """Make a post of each question, in the order of time."""
    job.staging.keep("questions", """
        SELECT row_number() OVER (ORDER BY at, ordinal) AS place, ordinal FROM staged_posts WHERE type = '1'""")
    job.each(job.staging.batches("""
        SELECT questions.place, question.external_id, question.problem, question.attributes,
            question.attributes::json ->> 'AcceptedAnswerId' AS accepted, answer.external_id AS answer
        FROM questions JOIN staged_posts AS question USING (ordinal)
        LEFT JOIN staged_posts AS answer ON answer.post = question.external_id AND answer.type = '2'
            AND answer.external_id = question.attributes::json ->> 'AcceptedAnswerId'
        WHERE questions.place > %(after)s ORDER BY questions.place LIMIT %(size)s""", BATCH),
        lambda found: _add(job, found))


def checked(text: str, most: int) -> str:
    """A text that is there and not too long. Raises `Refused`."""
    if not text.strip():
        raise Refused("it has no text")
    if len(text) > most:
        raise Refused(f"its text has {len(text):,} characters, {most:,} are the most")
    return text


def _add(job: Job, found: Sequence[dict[str, Any]]) -> None:
    rows = job.pending("Posts", [row_of("Posts", record) for record in found])
    lost = {record["external_id"]: record["accepted"] for record in found if record["accepted"] and not record["answer"]}
    reader = _Reader(job, rows)
    taken, fates = read_each(rows, reader.read)
    new = list(taken.values())
    added = posts.add_posts(job.community_id, job.space_id, new)
    made, revisions = Contributions(), dict[str, Fate]()
    for external_id, post, result in zip(taken, new, added, strict=True):
        note = f"its accepted answer {lost[external_id]} is not in the dump" if external_id in lost else ""
        fates[external_id] = imported("post", result.id, note)
        past = reader.histories.get(external_id, History())
        revisions |= history.fates("post_revision", past.changes, result.revision_ids[:len(past.changes)], reader.authors)
        if post.locked_reason and past.closing:
            revisions[past.closing.external_id] = imported("post", result.id)
        made.add_post(post.author_id, job.space_id, post.tag_ids, post.published_at)
    communities.count(job.community_id, made)
    job.ledger.settle("Posts", fates)
    job.ledger.settle("PostHistory", revisions)


class _Reader:
    """Makes posts of a batch of rows, with what other files say of them."""

    def __init__(self, job: Job, rows: Sequence[Row]) -> None:
        self.histories = history.load(job, [row.external_id for row in rows])
        self.authors = Authors(job, [*rows, *history.rows_of(self.histories)])
        names = {name for row in rows for name in row.tags("Tags") if len(name) <= communities.TAG_MAX}
        self._tags = communities.tag_ids(job.community_id, sorted(names))

    def read(self, row: Row) -> ImportedPost:
        """The post a row tells of. Raises `Refused`."""
        published_at = row.moment("CreationDate")
        title = row.required("Title").strip()
        if len(title) > posts.TITLE_MAX:
            raise Refused(f"its title has {len(title)} characters, {posts.TITLE_MAX} are the most")
        past = self.histories.get(row.external_id, History())
        tags = [checked_name(name) for name in row.tags("Tags")]
        content = checked(past.body or from_html(row.given("Body")), posts.CONTENT_MAX)
        author_id = self.authors.of(row)
        is_closed = row.moment_or_none("ClosedDate") is not None
        close_reason = past.closing.given("Comment").strip() if past.closing else ""
        return ImportedPost(
            author_id=author_id, kind="QUESTION", title=title, content=content,
            tag_ids=list(dict.fromkeys(self._tags[name.lower()] for name in tags)), published_at=published_at,
            last_activity_at=max(published_at, row.moment_or_none("LastActivityDate") or published_at),
            last_edited_at=row.moment_or_none("LastEditDate"), view_count=max(0, row.number("ViewCount")),
            score=row.number("Score"), locked_reason=lock_reason(close_reason) if is_closed else None,
            revisions=self._revisions(past, title, content, tags)
            or [ImportedRevision(author_id, title, content, tags, "", published_at)])

    def _revisions(self, past: History, title: str, content: str, tags: Sequence[str]) -> list[ImportedRevision]:
        return [ImportedRevision(
            self.authors.known(version.change.rows[0]), version.title[: posts.TITLE_MAX], version.body, version.tags,
            cut(version.change.note, posts.NOTE_MAX), version.change.at)
            for version in past.versions(title=title, body=content, tags=tags)]
