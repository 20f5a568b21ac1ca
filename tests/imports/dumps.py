"""Dumps for the tests: a small one written by hand, and ones of any size."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

FILES = ("Users", "Tags", "Posts", "PostHistory", "Comments", "PostLinks", "Votes", "Badges")
START = "2012-03-04T10:00:00.000"

Attributes = dict[str, object]


def at(day: int, hour: int = 12) -> str:
    """A time in March 2012."""
    return f"2012-03-{day:02d}T{hour:02d}:00:00.000"


class Dump:
    """Rows by file. A row is written with the attributes it is given, and nothing else."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Attributes]] = {name: [] for name in FILES}

    def add(self, file: str, **attributes: object) -> None:
        self.rows[file].append(attributes)

    def change(self, file: str, number: int, **attributes: object) -> None:
        """Replace attributes of a row; None takes one away."""
        rows = self.rows[file]
        index = next(index for index, row in enumerate(rows) if row.get("Id") == number)
        rows[index] = _kept(rows[index] | attributes)

    def user(self, number: int, name: str, **more: object) -> None:
        self.add("Users", Id=number, DisplayName=name, **({"CreationDate": START, "LastAccessDate": at(20)} | more))

    def question(self, number: int, title: str, **more: object) -> None:
        usual = {"PostTypeId": 1, "CreationDate": at(5), "Score": 0, "ViewCount": 1, "Body": "<p>A question.</p>",
                 "OwnerUserId": 1, "LastActivityDate": at(5), "Tags": "<brakes>"}
        self.add("Posts", Id=number, Title=title, **_kept(usual | more))

    def answer(self, number: int, question: int, **more: object) -> None:
        usual = {"PostTypeId": 2, "CreationDate": at(6), "Score": 0, "Body": "<p>An answer.</p>", "OwnerUserId": 2}
        self.add("Posts", Id=number, ParentId=question, **_kept(usual | more))

    def comment(self, number: int, post: int, text: str, **more: object) -> None:
        usual = {"CreationDate": at(7), "Score": 0, "UserId": 3}
        self.add("Comments", Id=number, PostId=post, Text=text, **_kept(usual | more))

    def history(self, number: int, post: int, kind: int, text: str = "", **more: object) -> None:
        usual = {"CreationDate": at(5), "UserId": 1, "RevisionGUID": f"change-{post}-{number}"}
        self.add("PostHistory", Id=number, PostId=post, PostHistoryTypeId=kind, Text=text, **_kept(usual | more))

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.rows.items():
            (folder / f"{name}.xml").write_text(document(name, rows), encoding="utf-8-sig", newline="\r\n")
        return folder


def document(name: str, rows: list[Attributes]) -> str:
    return "\n".join([
        '<?xml version="1.0" encoding="utf-8"?>', f"<{name.lower()}>", *map(line, rows), f"</{name.lower()}>", ""])


def line(row: Attributes) -> str:
    written = " ".join(f'{name}="{_escaped(value)}"' for name, value in row.items())
    return f"  <row {written} />"


def village() -> Dump:
    """A small site that is whole: two questions with answers and comments, and a few people."""
    dump = Dump()
    dump.user(-1, "Community")
    dump.user(1, "Ana Lima", CreationDate="2012-03-01T08:30:00.000", Location="Porto", WebsiteUrl="https://ana.example/",
              AboutMe="<p>I <b>mend</b> wheels.</p><ul><li>Spokes</li><li>Hubs</li></ul>")
    dump.user(2, "Ana Lima", WebsiteUrl="http://plain.example/")
    dump.user(3, "渡辺 直人")
    dump.add("Tags", Id=1, TagName="brakes", Count=2, ExcerptPostId=90)
    dump.question(10, "Why do my brakes squeal?", AcceptedAnswerId=12, Score=7, ViewCount=321, CreationDate=at(5, 9),
                  LastActivityDate=at(8), LastEditDate=at(8), Tags="<brakes><rim-tape>", Body="<p>They squeal.</p>")
    dump.history(100, 10, 2, "They squeal.\r\n\r\nLoudly.", CreationDate=at(5, 9), RevisionGUID="asked")
    dump.history(101, 10, 1, "Brakes squeal", CreationDate=at(5, 9), RevisionGUID="asked")
    dump.history(102, 10, 3, "<brakes>", CreationDate=at(5, 9), RevisionGUID="asked")
    dump.history(103, 10, 5, "They squeal on **wet** days.", CreationDate=at(8), UserId=2, Comment="said when",
                 RevisionGUID="edited")
    dump.history(104, 10, 4, "Why do my brakes squeal?", CreationDate=at(8), UserId=2, RevisionGUID="edited")
    dump.answer(11, 10, Score=-2, CreationDate=at(6, 8), Body="<p>Ride less.</p>")
    dump.answer(12, 10, Score=9, CreationDate=at(6, 9), OwnerUserId=3, Body="<p>Toe the pads in.</p>")
    dump.history(105, 12, 2, "Toe the pads *in*.", CreationDate=at(6, 9), UserId=3)
    dump.comment(50, 10, "Rim or disc?", CreationDate=at(5, 10), Score=1)
    dump.comment(51, 12, "By how much?", CreationDate=at(6, 10), UserId=1)
    dump.comment(52, 12, "A card's `width`.", CreationDate=at(6, 11), Score=4)
    dump.question(20, "Which tape?", OwnerUserId=None, OwnerDisplayName="user99", CreationDate=at(9),
                  LastActivityDate=at(9))
    dump.comment(53, 20, "Any.", UserId=None, UserDisplayName="user99", CreationDate=at(10))
    dump.add("Posts", Id=90, PostTypeId=4, CreationDate=at(5), Score=0, Body="How to stop.", OwnerUserId=1)
    dump.add("PostLinks", Id=1, CreationDate=at(9), PostId=20, RelatedPostId=10, LinkTypeId=1)
    for number, (post, kind) in enumerate([(10, 2), (10, 2), (12, 2), (12, 1), (11, 3)], start=1):
        dump.add("Votes", Id=number, PostId=post, VoteTypeId=kind, CreationDate="2012-03-07T00:00:00.000")
    dump.add("Badges", Id=1, UserId=1, Name="Student", Date=at(5), Class=3)
    return dump


def town(folder: Path, rows: int) -> Path:
    """A dump of this many rows, give or take a few, in the proportions of real ones; written as it is made."""
    folder.mkdir(parents=True)
    unit = rows // 100
    posts = unit * 6
    parts: dict[str, Iterator[Attributes]] = {
        "Users": _users(unit * 11), "Tags": iter([{"Id": 1, "TagName": "brakes", "Count": unit * 2}]),
        "Posts": _posts(unit * 2), "PostHistory": _histories(unit * 16, posts), "Comments": _comments(unit * 12, posts),
        "PostLinks": _links(unit), "Votes": _votes(unit * 25, posts), "Badges": _badges(unit * 29)}
    for name, made in parts.items():
        with (folder / f"{name}.xml").open("w", encoding="utf-8-sig") as file:
            file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{name.lower()}>\n')
            file.writelines(line(row) + "\n" for row in made)
            file.write(f"</{name.lower()}>\n")
    return folder


def _users(count: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        yield {"Id": number, "DisplayName": f"Rider {number % 1000}", "CreationDate": START, "LastAccessDate": at(20)}


def _posts(questions: int) -> Iterator[Attributes]:
    """Questions, each with two answers."""
    for number in range(1, questions + 1):
        question = number * 3 - 2
        yield {"Id": question, "PostTypeId": 1, "CreationDate": at(5), "Title": f"Question {number}", "Score": 1,
               "ViewCount": 5, "OwnerUserId": number, "Body": f"<p>Text {number}</p>", "Tags": "<brakes>",
               "AcceptedAnswerId": question + 1, "LastActivityDate": at(6)}
        for answer in (1, 2):
            yield {"Id": question + answer, "PostTypeId": 2, "ParentId": question, "CreationDate": at(6), "Score": 2,
                   "Body": "<p>An answer.</p>", "OwnerUserId": number}


def _histories(count: int, posts: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        yield {"Id": number, "PostHistoryTypeId": 5 if number > posts else 2, "PostId": 1 + number % posts,
               "CreationDate": at(6), "UserId": 1, "RevisionGUID": f"g{number}", "Text": f"Source {number} " + "word " * 30}


def _comments(count: int, posts: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        yield {"Id": number, "PostId": 1 + number % posts, "Score": 0, "Text": f"Comment {number}, thanks.",
               "CreationDate": at(7), "UserId": 1 + number % posts}


def _links(count: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        one = number * 3 - 2
        yield {"Id": number, "CreationDate": at(7), "PostId": one, "RelatedPostId": one + 3, "LinkTypeId": 1}


def _votes(count: int, posts: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        yield {"Id": number, "PostId": 1 + number % posts, "VoteTypeId": 2, "CreationDate": at(7)}


def _badges(count: int) -> Iterator[Attributes]:
    for number in range(1, count + 1):
        yield {"Id": number, "UserId": 1, "Name": "Student", "Date": at(7), "Class": 3}


def _escaped(value: object) -> str:
    return escape(str(value)).replace("\r", "&#xD;").replace("\n", "&#xA;")


def _kept(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None}
