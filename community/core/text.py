"""Plain text as people type it: cleaning, slugs, initials, comparing."""

from __future__ import annotations

import re
import unicodedata

from slugify import slugify

SLUG_MAX = 80

# C0 and C1 controls but tab and newline, DEL, and surrogates (in a Python string these are always unpaired).
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
# Normalising sorts the marks on a letter in quadratic time; Unicode's "stream-safe" format allows 30.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(c))
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")


def clean(text: str) -> str:
    """The text in NFC with `\\n` as its only line end.

    Left out are controls but tab, unpaired surrogates, and what exceeds 30 combining marks on one letter.
    """
    text = _UNSTORABLE.sub("", _LINE_ENDS.sub("\n", text))
    return text if text.isascii() else unicodedata.normalize("NFC", _TOO_MANY_MARKS.sub(r"\1", text))


def is_storable(text: str) -> bool:
    """False when `clean` would drop something, such as NUL; other forms of line ends and of accents are fine."""
    return _UNSTORABLE.search(_LINE_ENDS.sub("\n", text)) is None


def slug_of(title: str) -> str:
    """The part of a URL that repeats a title: lower-case ASCII, at most 80 characters, `post` if nothing is left."""
    return slugify(clean(title), max_length=SLUG_MAX, word_boundary=True) or "post"


def initials(name: str) -> str:
    """One or two capitals in place of an avatar, of the first and the last word; `?` where there is no letter."""
    words = [letter for word in clean(name).split() if (letter := next((c for c in word if c.isalnum()), ""))]
    picked = words[:1] + words[1:][-1:]
    return "".join(picked).upper()[:2] or "?"


def fold(name: str) -> str:
    """The form in which two names are compared: compatibility forms, case and white space make no difference."""
    text = unicodedata.normalize("NFD", clean(name))
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.casefold())
    return " ".join(text.split())
