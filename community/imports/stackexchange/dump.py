"""The files of a dump: finding them, and reading them as streams.

The parser keeps one row at a time, so a file may be of any size. Files that declare a document type are refused: only
there could entities be defined whose expansion is larger than the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

NAMES = ("Users", "Tags", "Posts", "PostHistory", "Comments", "PostLinks", "Votes", "Badges")
CHUNK_BYTES = 256 * 1024


class BrokenDump(Exception):
    """The folder or a file of it is not a whole dump; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Element:
    """A record as it stands in its file. `ordinal` counts from 1; `problem` says why it cannot be a record."""

    ordinal: int
    attributes: dict[str, str]
    problem: str | None = None


def find_files(folder: Path) -> dict[str, Path]:
    """The eight files of a dump by name. Raises `BrokenDump` for a folder that is not one."""
    if not folder.is_dir():
        raise BrokenDump(f"{folder} is not a folder.")
    files = {name: folder / f"{name}.xml" for name in NAMES}
    missing = [path.name for path in files.values() if not path.is_file()]
    if len(missing) == len(files):
        raise BrokenDump(f"{folder} holds no Stack Exchange dump: {', '.join(missing)} are missing.")
    if missing:
        raise BrokenDump(f"The dump in {folder} is not complete: missing {', '.join(missing)}.")
    return files


def read(path: Path, on_bytes: Callable[[int], None]) -> Iterator[Element]:
    """The records of a file in their order. `on_bytes` hears how many bytes were read since the last time.

    Raises `BrokenDump` with the line and column where the file stops being well-formed XML of a dump.
    """
    reader = _Reader(root=path.stem.lower())
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield from reader.feed(chunk)
                on_bytes(len(chunk))
        yield from reader.close()
    except expat.ExpatError as error:
        at = f"line {error.lineno}, column {error.offset + 1}"
        raise BrokenDump(f"{path.name} is broken or cut off at {at}: {expat.ErrorString(error.code)}.") from None
    except (OSError, _Refused) as error:
        raise BrokenDump(f"{path.name} cannot be read: {error}.") from None


class _Refused(Exception):
    """Well-formed, but nothing a dump holds."""


class _Reader:
    """Collects the elements below the root as the parser finds them."""

    def __init__(self, root: str) -> None:
        self._root, self._depth, self._ordinal = root, 0, 0
        self._found: list[Element] = []
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end

    def feed(self, chunk: bytes) -> list[Element]:
        self._parser.Parse(chunk, False)
        return self._take()

    def close(self) -> list[Element]:
        self._parser.Parse(b"", True)
        return self._take()

    def _take(self) -> list[Element]:
        found, self._found = self._found, []
        return found

    def _on_doctype(self, *_: object) -> None:
        raise _Refused("it declares a document type, which no dump does")

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != self._root:
            raise _Refused(f"its root element is <{name}>, not <{self._root}>")
        if self._depth > 1:
            self._ordinal += 1
            problem = None if name == "row" and self._depth == 2 else f"an element <{name}> where a row should stand"
            self._found.append(Element(self._ordinal, attributes, problem))

    def _on_end(self, _: str) -> None:
        self._depth -= 1
