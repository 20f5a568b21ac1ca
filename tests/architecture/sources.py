"""What the checkers read: modules with their syntax trees, and templates."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """A file. `name` is its path below the root, `posts/services.py` for modules of the package."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def domain(self) -> str:
        """The folder of the package the module is in, or its own name."""
        return self.name.partition("/")[0].removesuffix(".py")

    @property
    def part(self) -> str:
        """The part of its domain: `services` for `posts/services.py` and `posts/services/publishing.py`."""
        return self.name.split("/")[1].removesuffix(".py") if "/" in self.name else ""

    def at(self, line: int, problem: str) -> str:
        """A complaint about a line."""
        return f"{self.name}:{line}: {problem}"


def modules(root: Path = ROOT / "community") -> list[Source]:
    """The modules of the package."""
    return [*_below(root, "*.py")]


def templates(root: Path = ROOT / "templates") -> list[Source]:
    """All templates."""
    return [*_below(root, "*.html"), *_below(root, "*.txt")]


def expect_none(complaints: Sequence[str]) -> None:
    """Fail with what the checkers complain about."""
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def module(name: str, text: str) -> Source:
    """A module that stands nowhere but in a test of a checker."""
    return Source(name, text)


def _below(root: Path, pattern: str) -> Iterator[Source]:
    for path in sorted(root.rglob(pattern)):
        yield Source(path.relative_to(root).as_posix(), path.read_text())
