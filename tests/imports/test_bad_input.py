"""Dumps that are broken, incomplete, or hold rows that cannot be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from tests.imports.conftest import Site
from tests.imports.dumps import Dump, at, village


@pytest.fixture
def dump() -> Dump:
    return village()


def refused(site: Site, folder: Path, *more: str) -> str:
    """The message of an import that ends without having written anything."""
    before = site.checksums()
    result = site.run(folder, *more)
    assert result.exit_code == 1
    assert site.checksums() == before
    return " ".join(result.stderr.split())


def accounts(result: Result) -> dict[str, list[int]]:
    """The numbers of the table at the end, by file: read, imported, skipped, failed."""
    lines = [line for line in result.stdout.splitlines() if line.startswith("│")]
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in lines]
    return {row[0]: [int(cell.replace(",", "")) for cell in row[1:]] for row in rows if row[0].endswith(".xml")}


def test_the_table_at_the_end_accounts_for_every_row(site: Site, dump: Dump) -> None:
    dump.answer(13, 999)
    dump.add("PostLinks", Id=2, CreationDate=at(9), PostId=10, RelatedPostId=999, LinkTypeId=1)
    result = site.run(dump)
    assert result.exit_code == 0, result.output
    assert accounts(result) == {
        "Users.xml": [4, 4, 0, 0], "Tags.xml": [1, 1, 0, 0], "Posts.xml": [6, 5, 0, 1], "PostHistory.xml": [6, 6, 0, 0],
        "Comments.xml": [4, 4, 0, 0], "PostLinks.xml": [2, 1, 1, 0], "Votes.xml": [5, 5, 0, 0], "Badges.xml": [1, 0, 1, 0]}
    assert "Posts.xml, Id 13: post 999 is not in the dump" in result.stdout
    assert "1 questions have an accepted answer; 1 accounts were made for people known by name alone" in result.stdout


def test_a_folder_that_is_not_there_is_refused(site: Site, tmp_path: Path) -> None:
    assert refused(site, tmp_path / "nowhere").endswith("nowhere is not a folder. Nothing was imported.")


def test_a_folder_without_a_dump_is_refused(site: Site, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no Stack Exchange dump" in refused(site, tmp_path / "empty")


def test_a_dump_with_missing_files_is_refused_by_their_names(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    (folder / "Users.xml").unlink()
    (folder / "Votes.xml").unlink()
    assert "is not complete: missing Users.xml, Votes.xml." in refused(site, folder)


def test_a_truncated_file_is_refused_before_anything_is_written(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    whole = (folder / "Comments.xml").read_bytes()
    (folder / "Comments.xml").write_bytes(whole[: len(whole) * 2 // 3])
    assert "Comments.xml is broken or cut off at line" in refused(site, folder)
    (folder / "Comments.xml").write_bytes(whole)
    assert site.run(folder).exit_code == 0


def test_a_file_that_is_no_xml_is_refused(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    (folder / "Badges.xml").write_text("<badges>\n <row Id=1 />\n</badges>")
    assert "Badges.xml is broken or cut off at line 2, column 10: not well-formed" in refused(site, folder)


def test_an_empty_file_is_refused(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    (folder / "Tags.xml").write_bytes(b"")
    assert "Tags.xml is broken or cut off" in refused(site, folder)


def test_a_file_of_another_kind_is_refused(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    (folder / "Votes.xml").write_bytes((folder / "Badges.xml").read_bytes())
    assert "Votes.xml cannot be read: its root element is <badges>, not <votes>." in refused(site, folder)


def test_entities_are_never_expanded(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    bomb = '<!DOCTYPE tags [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><tags><row Id="1" TagName="&b;"/></tags>'
    (folder / "Tags.xml").write_text(bomb)
    assert "Tags.xml cannot be read: it declares a document type" in refused(site, folder)


def test_an_address_no_community_can_have_is_refused(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    assert "“No Such!” cannot be the address of a community." in refused(site, folder, "--community", "No Such!")


def test_without_an_owner_a_new_community_is_not_made(site: Site, dump: Dump) -> None:
    assert "There is no active account “nobody_here”" in refused(site, dump.write(site.folder), "--owner", "nobody_here")


def test_a_space_that_is_not_there_is_refused(site: Site, dump: Dump) -> None:
    message = refused(site, dump.write(site.folder), "--community", "bikes", "--space", "attic")
    assert "The community bikes has no open space “attic”. Name another one with --space." in message


def test_posts_go_to_the_space_that_was_named(site: Site, dump: Dump) -> None:
    result = site.run(dump, "--community", "bikes", "--space", "workshop")
    assert result.exit_code == 0, result.output
    assert site.rows("SELECT DISTINCT spaces.slug FROM spaces JOIN posts ON space_id = spaces.id"
                     " WHERE imported_score IS NOT NULL") == [("workshop",)]


def test_rows_of_users_the_dump_does_not_hold_fail_and_the_command_says_so(site: Site, dump: Dump) -> None:
    dump.question(30, "Who am I?", OwnerUserId=77)
    dump.answer(31, 30)
    dump.comment(60, 30, "Nobody knows.")
    dump.comment(61, 10, "Me neither.", UserId=78)
    dump.history(130, 11, 5, "Ride *less*.", CreationDate=at(9), UserId=79)
    result = site.run(dump)
    assert result.exit_code == 1
    words = " ".join(result.stdout.split())
    assert "its rows name 3 users that Users.xml does not hold (Id 77, 78, 79)" in words
    assert "Posts.xml, Id 30: user 77 is not in Users.xml" in words
    assert "Posts.xml, Id 31: post 30 could not be taken" in words
    assert "Comments.xml, Id 60: post 30 could not be taken" in words
    assert "Comments.xml, Id 61: user 78 is not in Users.xml" in words
    assert "PostHistory.xml, Id 130: its editor is not in Users.xml" in words
    assert site.one("SELECT content FROM comments WHERE imported_score = -2") == ("Ride *less*.",)
    assert all(read == done + skipped + failed for read, done, skipped, failed in accounts(result).values())


def test_an_accepted_answer_that_is_not_there_is_reported(site: Site, dump: Dump) -> None:
    dump.change("Posts", 10, AcceptedAnswerId=99)
    result = site.run(dump)
    assert result.exit_code == 0
    assert "Posts.xml, Id 10: its accepted answer 99 is not in the dump" in result.stdout
    assert site.one("SELECT accepted_comment_id, answered_at FROM posts WHERE title LIKE 'Why%'") == (None, None)


BROKEN = [
    ("Users", 3, {"CreationDate": "yesterday"}, "CreationDate is not a time: yesterday"),
    ("Users", 3, {"CreationDate": None}, "CreationDate is missing"),
    ("Users", 3, {"LastAccessDate": "2012-13-45T00:00:00"}, "LastAccessDate is not a time: 2012-13-45T00:00:00"),
    ("Tags", 1, {"TagName": None}, "TagName is missing"),
    ("Tags", 1, {"TagName": "b" * 51}, "the tag bbbbbbbbbbbbbbbbbbbb… is longer than 50 characters"),
    ("Posts", 10, {"CreationDate": "2999-01-01T00:00:00.000"}, "CreationDate lies in the future: 2999-01-01T00:00:00.000"),
    ("Posts", 10, {"Title": "  "}, "Title is missing"),
    ("Posts", 10, {"Title": "w" * 201}, "its title has 201 characters, 200 are the most"),
    ("Posts", 10, {"ViewCount": "many"}, "ViewCount is not a number we can keep: many"),
    ("Posts", 10, {"Score": "3000000000"}, "Score is not a number we can keep: 3000000000"),
    ("Posts", 11, {"Body": ""}, "it has no text"),
    ("Posts", 11, {"ParentId": 12}, "its question 12 is no question"),
    ("Posts", 11, {"ParentId": "x"}, "ParentId is not an Id: x"),
    ("Posts", 11, {"ParentId": None}, "ParentId is missing"),
    ("Posts", 90, {"PostTypeId": None}, "PostTypeId is missing"),
    ("PostHistory", 105, {"CreationDate": ""}, "CreationDate is missing"),
    ("PostHistory", 105, {"PostHistoryTypeId": None}, "PostHistoryTypeId is missing"),
    ("Comments", 50, {"Text": ""}, "it has no text"),
    ("Comments", 50, {"Text": "w" * 40_001}, "its text has 40,001 characters, 40,000 are the most"),
    ("Comments", 50, {"PostId": 999}, "post 999 is not in the dump"),
    ("PostLinks", 1, {"RelatedPostId": None}, "RelatedPostId is missing"),
    ("Votes", 1, {"VoteTypeId": None}, "VoteTypeId is missing"),
    ("Votes", 1, {"PostId": None}, "PostId is missing"),
    ("Badges", 1, {"Name": None}, "Name is missing"),
]


def test_rows_that_cannot_be_taken_are_named_with_the_reason(site: Site) -> None:
    site.change("UPDATE users SET site_role = 'SITE_ADMIN' WHERE username = 'ada'")  # who may own any number of communities
    for number, (file, row, attributes, reason) in enumerate(BROKEN):
        dump = village()
        dump.change(file, row, **attributes)
        result = site.run(dump, "--community", f"wheels-{number}")
        assert result.exit_code == 0, (file, attributes, result.output)
        assert f"{file}.xml, Id {row}: {reason}" in result.stdout
        assert all(read == done + skipped + failed for read, done, skipped, failed in accounts(result).values())


def test_a_row_without_a_proper_id_is_named_by_its_place(site: Site, dump: Dump) -> None:
    dump.add("Comments", PostId=10, Text="No Id.", CreationDate=at(7), UserId=3)
    dump.add("Comments", Id="x7", PostId=10, Text="A strange Id.", CreationDate=at(7), UserId=3)
    dump.comment(50, 10, "The Id of another one.")
    result = site.run(dump)
    assert result.exit_code == 0
    assert accounts(result)["Comments.xml"] == [7, 4, 0, 3]
    for place, reason in ((5, "it has no Id that is a number"), (6, "it has no Id that is a number"),
                          (7, "the Id 50 stood in an earlier row")):
        assert f"Comments.xml, Id row {place}: {reason}" in result.stdout


def test_an_element_that_is_no_row_is_counted_and_refused(site: Site, dump: Dump) -> None:
    folder = dump.write(site.folder)
    (folder / "Badges.xml").write_text('<badges><row Id="1" Name="Student"/><medal Id="2"/></badges>')
    result = site.run(folder)
    assert result.exit_code == 0
    assert accounts(result)["Badges.xml"] == [2, 0, 1, 1]
    assert "Badges.xml, Id row 2: an element <medal> where a row should stand" in result.stdout


def test_markup_in_a_dump_is_shown_and_not_obeyed(site: Site, dump: Dump) -> None:
    dump.comment(60, 10, "<script>alert(1)</script> [x](javascript:alert(1))")
    dump.user(4, "<b>Bold</b>", AboutMe="<img src=x onerror=alert(1)><script>alert(2)</script>Hello")
    assert site.run(dump).exit_code == 0
    html, = site.one("SELECT content_html FROM comments WHERE content LIKE '<script>%'")
    assert "<script" not in str(html)
    assert "href" not in str(html)
    assert site.one("SELECT bio_html FROM profiles WHERE display_name = '<b>Bold</b>'") == ("<p>Hello</p>\n",)
