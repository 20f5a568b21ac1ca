"""Colours for code: CSS classes by Pygments, for the languages people post, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from time import thread_time

from pygments import format as render_tokens
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

MAX_CHARACTERS = 20_000
MAX_SECONDS = 0.15

LANGUAGES = frozenset({
    "bash", "c", "clojure", "cmake", "common-lisp", "console", "cpp", "csharp", "css", "dart", "delphi", "diff",
    "django", "docker", "elixir", "elm", "erlang", "fortran", "fsharp", "go", "graphql", "groovy", "haskell",
    "html", "http", "ini", "java", "javascript", "json", "jsx", "julia", "kotlin", "lua", "make", "markdown",
    "matlab", "nginx", "nimrod", "nixos", "objective-c", "ocaml", "perl", "php", "postgresql", "powershell",
    "prolog", "protobuf", "pycon", "python", "racket", "restructuredtext", "ruby", "rust", "scala", "scheme",
    "scss", "splus", "sql", "swift", "terraform", "tex", "toml", "tsx", "typescript", "vb.net", "vim", "xml",
    "yaml", "zig",
})
NAMES = {
    alias.lower(): aliases[0] for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases
    if aliases[0] in LANGUAGES
}
TOKEN_CLASSES = frozenset(filter(None, STANDARD_TYPES.values()))
LANGUAGE_CLASSES = frozenset(f"language-{name}" for name in LANGUAGES)

_FORMATTER = HtmlFormatter(nowrap=True)


class _TooSlowError(Exception):
    """The lexer met a text it is slow at."""


@dataclass
class Budget:
    """What is left for colours in one text: characters, and seconds of CPU, which only hostile texts use up."""

    characters: int = MAX_CHARACTERS
    seconds: float = MAX_SECONDS


def code_block(code: str, info: str, budget: Budget) -> str:
    """A block of code as HTML; `info` starts with the name of its language.

    Without colours when the language is unknown or the budget is spent.
    """
    language = NAMES.get(next(iter(info.split()), "").lower())
    if language is None:
        return f"<pre><code>{escape(code)}</code></pre>\n"
    return f'<pre><code class="language-{language}">{_coloured(code, language, budget)}</code></pre>\n'


def _coloured(code: str, language: str, budget: Budget) -> str:
    if len(code) > budget.characters or budget.seconds <= 0:
        return escape(code)
    _prepare(language)
    started = thread_time()
    try:
        tokens = get_lexer_by_name(language, stripnl=False).get_tokens(code)
        return str(render_tokens(_until(started + budget.seconds, tokens), _FORMATTER))
    except _TooSlowError:
        return escape(code)
    finally:
        budget.characters -= len(code)
        budget.seconds -= thread_time() - started


@cache
def _prepare(language: str) -> None:
    """Let a lexer build its tables: that this takes a while at its first use is no fault of the text."""
    for _ in get_lexer_by_name(language).get_tokens("x"):
        pass


def _until(deadline: float, tokens: Iterable[tuple[_TokenType, str]]) -> Iterator[tuple[_TokenType, str]]:
    for token in tokens:
        if thread_time() > deadline:
            raise _TooSlowError
        yield token
