"""Running an import again, after it ended well, badly, or not at all."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from community.imports.stackexchange.staging import Staging
from tests.databases import Database, Templates
from tests.imports.conftest import Site, wait_until
from tests.imports.dumps import at, town, village

Start = Callable[..., "subprocess.Popen[str]"]

STATE = {
    "records": "SELECT kind, external_id, outcome, reason, entity_type FROM import_records",
    "people": """
        SELECT external_id, username, display_name, bio_html, joined_at, last_active_at, post_count, comment_count,
            (SELECT count(*) FROM space_members WHERE member_id = members.id),
            (SELECT array_agg(started_at) FROM member_periods WHERE member_id = members.id)
        FROM import_records JOIN members ON members.id = entity_id JOIN users ON users.id = user_id
        JOIN profiles USING (user_id) WHERE entity_type = 'member'""",
    "posts": """
        SELECT record.external_id, author_id = author.entity_id, title, content_html, published_at, last_activity_at,
            last_edited_at, answered_at, comment_count, top_score, view_count, version, accepted.external_id,
            (SELECT array_agg(tags.name ORDER BY tags.name) FROM post_tags JOIN tags ON tags.id = tag_id
             WHERE post_id = posts.id),
            (SELECT array_agg(content ORDER BY version) FROM post_revisions WHERE post_id = posts.id)
        FROM import_records AS record JOIN posts ON posts.id = record.entity_id
        LEFT JOIN import_records AS accepted ON accepted.kind = 'Posts' AND accepted.entity_type = 'comment'
            AND accepted.entity_id = accepted_comment_id
        LEFT JOIN import_records AS author ON author.entity_type = 'member' AND author.entity_id = author_id
        WHERE record.kind = 'Posts' AND record.entity_type = 'post'""",
    "comments": """
        SELECT record.kind, record.external_id, author.external_id, parent.external_id, depth, cardinality(path), content_html,
            comments.created_at, reply_count, imported_score, is_answer, version,
            row_number() OVER (PARTITION BY comments.post_id ORDER BY path),
            (SELECT array_agg(content ORDER BY version) FROM comment_revisions WHERE comment_id = comments.id)
        FROM import_records AS record JOIN comments ON comments.id = record.entity_id
        LEFT JOIN import_records AS parent ON parent.kind = 'Posts' AND parent.entity_type = 'comment'
            AND parent.entity_id = comments.parent_id
        LEFT JOIN import_records AS author ON author.entity_type = 'member' AND author.entity_id = author_id
        WHERE record.kind IN ('Posts', 'Comments') AND record.entity_type = 'comment'""",
    "relations": """
        SELECT one.external_id, other.external_id, sort_order FROM post_relations
        JOIN import_records AS one ON one.kind = 'Posts' AND one.entity_type = 'post' AND one.entity_id = post_id
        JOIN import_records AS other ON other.kind = 'Posts' AND other.entity_type = 'post'
            AND other.entity_id = related_post_id""",
    "places": """
        SELECT communities.slug, communities.member_count, communities.post_count, comment_count, spaces.slug,
            spaces.member_count, spaces.post_count FROM communities JOIN spaces ON spaces.community_id = communities.id""",
    "tags": "SELECT name, slug, description, post_count FROM tags",
}
"""What an import leaves, without the ids that depend on how often it had to start."""


def plain(database: Database) -> str:
    return make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)


def state(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with psycopg.connect(plain(database)) as connection:
        return {name: sorted(connection.execute(statement).fetchall(), key=repr)  # type: ignore[arg-type]
                for name, statement in STATE.items()}


def kill_during(process: subprocess.Popen[str], is_under_way: Callable[[], bool]) -> None:
    """End a process in the middle of its work, without a chance to tidy up."""
    wait_until(lambda: process.poll() is not None or is_under_way())
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it was still running"


@pytest.fixture
def other_database(templates: Templates, peopled: Database) -> Iterator[Database]:
    database = templates.copy(peopled)
    yield database
    templates.servers.drop(database)


def test_a_second_run_changes_nothing(site: Site) -> None:
    dump = village()
    dump.user(5, "Late", CreationDate="never")
    dump.answer(13, 999)
    dump.answer(14, 12, CreationDate=at(4))
    dump.answer(15, 10, CreationDate="never")
    dump.comment(60, 15, "To an answer without a date.")
    dump.add("Posts", Id=91, PostTypeId=4, CreationDate=at(5), Score=0, Body="", OwnerUserId=1)
    dump.add("Tags", Id=2, TagName="chains", Count=0, ExcerptPostId=91)
    first = site.run(dump)
    assert first.exit_code == 0, first.output
    after_first = site.checksums()
    assert site.one("SELECT count(*) FROM posts WHERE imported_score IS NOT NULL") == (2,)
    second = site.run(dump)
    assert second.exit_code == 0
    assert site.checksums() == after_first
    assert second.stdout == first.stdout


def test_a_second_run_leaves_alone_what_people_did_meanwhile(site: Site) -> None:
    assert site.run(village()).exit_code == 0
    site.change("UPDATE posts SET title = 'Quiet now', accepted_comment_id = NULL WHERE title LIKE 'Why%'")
    site.change("DELETE FROM post_relations")
    before = site.checksums()
    assert site.run(village()).exit_code == 0
    assert site.checksums() == before


def test_a_later_dump_brings_what_is_new(site: Site) -> None:
    dump = village()
    assert site.run(dump).exit_code == 0
    dump.answer(14, 20, Body="<p>Cork.</p>", CreationDate=at(15))
    dump.comment(70, 14, "Leather.", CreationDate=at(16))
    dump.history(140, 10, 5, "A later edit.", CreationDate=at(17))
    assert site.run(dump).exit_code == 0
    assert site.one("SELECT comment_count, last_activity_at::date::text FROM posts WHERE title = 'Which tape?'") == (
        3, "2012-03-16")
    assert site.fates("PostHistory")["140"] == ("SKIPPED", "its post was imported before, without this revision")


def test_rows_that_failed_are_taken_once_the_dump_is_mended(site: Site) -> None:
    dump = village()
    lost = next(row for row in dump.rows["Users"] if row["Id"] == 1)
    dump.rows["Users"].remove(lost)
    assert site.run(dump).exit_code == 1
    assert site.fates("Posts")["10"] == ("FAILED", "user 1 is not in Users.xml")
    assert site.fates("Posts")["12"] == ("FAILED", "post 10 could not be taken")
    dump.rows["Users"].append(lost)
    result = site.run(dump)
    assert result.exit_code == 0, result.output
    assert {outcome for kind in ("Users", "Posts", "PostHistory", "Comments", "PostLinks", "Votes")
            for outcome, _ in site.fates(kind).values()} == {"IMPORTED"}
    assert site.one("SELECT comment_count, accepted_comment_id IS NULL FROM posts WHERE title LIKE 'Why%'") == (5, False)


def test_an_import_that_was_killed_goes_on_and_ends_in_the_same_state(
        site: Site, start: Start, other_database: Database, committed_db: Database, tmp_path: Path) -> None:
    folder = town(tmp_path / "town", 6_000)
    for kind in ("Users", "Comments"):
        kill_during(start(folder), lambda kind=kind: len(site.fates(kind)) > 0)
    settled = site.one("SELECT count(*) FROM import_records")[0]
    resumed = site.run(folder)
    assert resumed.exit_code == 0, resumed.output
    assert 0 < int(str(settled)) < int(str(site.one("SELECT count(*) FROM import_records")[0]))
    whole = start(folder, database=other_database)
    assert whole.wait() == 0
    assert state(committed_db) == state(other_database)


def test_a_username_that_somebody_takes_meanwhile_stays_theirs(
        site: Site, start: Start, committed_db: Database) -> None:
    folder = village().write(site.folder)
    with psycopg.connect(plain(committed_db)) as sign_up:
        sign_up.execute("INSERT INTO users (email, username) VALUES ('ana@example.org', 'ana_lima')")
        process = start(folder)
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        wait_until(lambda: process.poll() is not None or site.one(waiting) == (1,))
    output, _ = process.communicate()
    assert process.returncode == 0, output
    assert site.rows("SELECT username, email LIKE 'imported%' FROM users WHERE username LIKE 'ana_lima%' ORDER BY 1") == [
        ("ana_lima", False), ("ana_lima_1", True), ("ana_lima_2", True)]


def test_two_imports_of_one_source_do_not_run_at_once(site: Site) -> None:
    with Staging("stackexchange:wheels"):
        result = site.run(village())
    assert result.exit_code == 1
    assert "Another import into wheels is running." in result.stderr
    assert site.run(village()).exit_code == 0
