"""Type and size of a picture, read from the first bytes of its content and nothing else.

This runs in the web server on whatever strangers send, so it decodes nothing and reserves no memory by what a file says of
itself (an imaging library sets aside the whole canvas of a WebP when it opens one). A file that lies here fails when it is
decoded, in a process that may fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from

PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers of a JPEG that begin a frame and tell its size."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG that stand alone."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says it is: `format` is jpeg, png, webp or gif."""

    format: str
    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def read(content: bytes) -> Header | None:
    """The header of a picture; None for anything that is not one of the four formats, or that ends too early."""
    try:
        found = _png(content) or _gif(content) or _webp(content) or _jpeg(content)
    except (StructError, IndexError):
        return None
    return found if found is not None and found.width > 0 and found.height > 0 else None


def _png(content: bytes) -> Header | None:
    if not content.startswith(PNG) or content[12:16] != b"IHDR":
        return None
    return Header("png", *unpack_from(">II", content, 16))


def _gif(content: bytes) -> Header | None:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return Header("gif", *unpack_from("<HH", content, 6))


def _webp(content: bytes) -> Header | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width, height = content[24:27], content[27:30]
        return Header("webp", int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1)
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = unpack_from("<I", content, 21)[0]
        return Header("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = unpack_from("<HH", content, 26)
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _jpeg(content: bytes) -> Header | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            height, width = unpack_from(">HH", content, at + 5)
            return Header("jpeg", width, height)
        elif marker == 0xDA:  # the picture begins before its size was told
            return None
        else:
            at += 2 + unpack_from(">H", content, at + 2)[0]
    return None
