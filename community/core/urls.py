"""Where a redirect may lead."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

MAX_LENGTH = 2_000

# Printable ASCII but the backslash, and whatever is not ASCII; one slash first, none (and no backslash) second.
_LOCAL = re.compile(r"/(?![/\\])(?:[!-\[\]-~]|[^\x00-\x9f\ud800-\udfff])*\Z")
_KEPT = "".join(map(chr, range(0x21, 0x7F)))


def safe_next(value: str | None, default: str = "/") -> str:
    """The local path to go on to, as ASCII; `default` for anything a browser could take to another place.

    Refused are absolute and scheme-relative addresses, backslashes, control characters and spaces, also when they
    are percent-encoded in the path, and `.` and `..` segments, which a browser resolves before it looks at the rest.
    """
    if not value or len(value) > MAX_LENGTH or not _LOCAL.match(value):
        return default
    path = unquote(re.split(r"[?#]", value, maxsplit=1)[0])
    if not _LOCAL.match(path.replace(" ", "")) or any(part in (".", "..") for part in path.split("/")):
        return default
    return quote(value, safe=_KEPT)
