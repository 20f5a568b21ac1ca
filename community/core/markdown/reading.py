"""What is known of a text from its rendered HTML: plain words, an excerpt, how long it takes to read."""

from __future__ import annotations

from math import ceil

from selectolax.lexbor import LexborHTMLParser

EXCERPT_MAX = 200
WORDS_PER_MINUTE = 220


def plain(html: str) -> str:
    """The text of rendered HTML on one line: without elements, runs of white space as one space."""
    body = LexborHTMLParser(html).body
    return " ".join(body.text().split()) if body is not None else ""


def excerpt(html: str) -> str:
    """The beginning of a rendered text: all of it up to 200 characters, else the first 197 and `...`."""
    text = plain(html)
    return text if len(text) <= EXCERPT_MAX else text[: EXCERPT_MAX - 3] + "..."


def word_count(html: str) -> int:
    """How many words a rendered text has; signs that stand alone are none."""
    return sum(any(map(str.isalnum, word)) for word in plain(html).split())


def reading_minutes(words: int) -> int:
    """How long reading takes at 220 words a minute, at least one minute."""
    return max(1, ceil(words / WORDS_PER_MINUTE))
