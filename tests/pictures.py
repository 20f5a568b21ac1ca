"""Pictures of every kind, good and bad, and sending them."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.visitor import HTMX, Page, Visitor

BOUNDARY = "between-the-parts"

HTML = b"<!doctype html><script>alert(document.domain)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """A picture as a file."""
    made = io.BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def picture(width: int = 80, height: int = 60, colour: str = "teal", kind: str = "PNG") -> bytes:
    """A plain picture."""
    return file_of(Image.new("RGB", (width, height), colour), kind)


def halves(width: int = 300, height: int = 200) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image


def photo(*, orientation: int = 6) -> bytes:
    """A JPEG as telephones make them: turned, with the place where it was taken in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secretphone"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0)})
    return file_of(halves(), "JPEG", exif=exif, comment=b"a secret comment", quality=95)


def animation(frames: int, kind: str = "GIF", width: int = 40, height: int = 30) -> bytes:
    """A picture that moves."""
    images = [Image.new("RGB", (width, height), (n * 2 % 256, n * 5 % 256, 200)) for n in range(frames)]
    return file_of(images[0], kind, save_all=True, append_images=images[1:], duration=40)


def bomb() -> bytes:
    """A small file of 1,600 megapixels."""
    return file_of(Image.new("1", (40_000, 40_000)))


def noted(text: str) -> bytes:
    """A PNG with a text in it."""
    info = PngInfo()
    info.add_text("Comment", text)
    return file_of(Image.new("RGB", (90, 90), "olive"), pnginfo=info)


def opened(content: bytes) -> Image.Image:
    """A file as a picture again, decoded whole."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def send(visitor: Visitor, path: str, content: bytes, *, name: str = "me.png", field: str = "file", htmx: bool = False) -> Page:
    """Send a file, by a plain form or as scripts do."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    body: Any = head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return visitor._ask("POST", path, form=body, headers=kind | (HTMX if htmx else {}))
