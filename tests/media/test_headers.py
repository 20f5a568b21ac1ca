"""Type and size of pictures by their first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from community.media import headers
from community.media.headers import Header
from tests.pictures import HTML, SVG, animation, file_of, photo, picture


@pytest.mark.parametrize(("content", "format"), [
    (picture(80, 60), "png"), (picture(80, 60, kind="JPEG"), "jpeg"), (picture(80, 60, kind="GIF"), "gif"),
    (picture(80, 60, kind="WEBP"), "webp"),
    (file_of(Image.new("RGB", (80, 60)), "WEBP", lossless=True), "webp"),
    (file_of(Image.new("RGBA", (80, 60), (1, 2, 3, 4)), "WEBP"), "webp"),
    (file_of(Image.new("RGB", (80, 60)), "JPEG", progressive=True), "jpeg"),
    (file_of(Image.new("CMYK", (80, 60)), "JPEG"), "jpeg"),
    (animation(3, "WEBP", 80, 60), "webp"), (animation(3, "GIF", 80, 60), "gif"), (animation(3, "PNG", 80, 60), "png"),
])  # fmt: skip
def test_the_four_formats_are_known_with_their_sizes(content: bytes, format: str) -> None:
    assert headers.read(content) == Header(format, 80, 60)


def test_a_photo_with_much_before_its_size_is_measured() -> None:
    assert headers.read(photo()) == Header("jpeg", 300, 200)


@pytest.mark.parametrize("content", [
    b"", b"\0", HTML, SVG, b"GIF89a", b"%PDF-1.7", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\0\x04\0\0", picture()[:20],
    b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 30, b"RIFF\0\0\0\0WAVEfmt ",
    b"BM" + b"\0" * 60, HTML + picture(), b"GIF89a\0\0\0\0\0\0\0",
])  # fmt: skip
def test_everything_else_is_unknown(content: bytes) -> None:
    assert headers.read(content) is None


@given(st.binary(max_size=80), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"RIFF1234WEBPVP8L", b"\xff\xd8\xff\xe0"]))
def test_no_bytes_raise(content: bytes, start: bytes) -> None:
    found = headers.read(start + content)
    assert found is None or (found.width > 0 and found.height > 0)


@given(st.integers(0, 2**31), st.binary(min_size=1, max_size=1))
def test_a_damaged_photo_raises_nothing(at: int, byte: bytes) -> None:
    content = bytearray(photo()[:2000])
    content[at % len(content)] = byte[0]
    found = headers.read(bytes(content))
    assert found is None or found.format == "jpeg"
