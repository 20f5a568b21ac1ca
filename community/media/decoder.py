"""The program that decodes one picture, in a process of its own with little memory and time, and no secrets.

Standard input: a line of JSON (the wanted variants), then the file. Standard output: a line of JSON, then the variants one
behind the other. Nothing of the product is imported here. Decoding is where pictures attack; what goes wrong ends this
process alone.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import warnings
from base64 import b64encode
from math import ceil
from typing import Any

from PIL import Image, ImageCms, ImageFilter, ImageOps, JpegImagePlugin, UnidentifiedImageError

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space: the largest picture taken, four times in memory."""
CPU_SECONDS = 20
PREVIEW = 20
"""Pixels across of the blurred picture shown until the real one is there."""
QUALITY = 80
TALLEST = 4
"""How many times as tall as wide a picture is shown at most."""


def confine() -> None:
    """Give up what decoding does not need, before anything of the file is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> int:
    """Decode what stands on standard input; returns 0 also where the picture is refused, which the answer says."""
    confine()
    order = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        answer, files = decode(content, order)
    except Refused as refused:
        answer, files = {"refused": str(refused)}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(files))
    return 0


class Refused(Exception):
    """The file is no picture we can use, and no further try will help; the text is for the person who sent it."""


def decode(content: bytes, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """The description of a picture and its variants as files. Raises Refused."""
    Image.MAX_IMAGE_PIXELS = order["most_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=[name.upper() for name in order["formats"]]) as image:
            return _made(image, order)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Refused("The picture has too many pixels.") from None
    except UnidentifiedImageError:
        raise Refused("The file is not a picture we can read.") from None
    except MemoryError:
        raise Refused("The picture needs too much memory to open.") from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError):
        raise Refused("The file is damaged or incomplete.") from None


def _made(image: Image.Image, order: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """Every frame at the size of the largest variant, then the others of those."""
    widest = max(order["variants"], key=lambda one: one["width"])
    turned, size, count = _is_turned(image), image.size, _frames(image, order)
    frames, durations = [], []
    for number in range(count):
        image.seek(number)
        durations.append(int(image.info.get("duration", 0)) or 100)
        frames.append(_frame(image.copy() if count > 1 else image, widest, turned=turned))
    variants: dict[str, dict[str, int]] = {}
    made: dict[tuple[int, int], bytes] = {}
    for variant in order["variants"]:
        shown = [_cut(frame, variant) for frame in frames]
        file = made[shown[0].size] = made.get(shown[0].size) or _webp(shown, durations, loop=int(image.info.get("loop", 0)))
        variants[variant["name"]] = {"width": shown[0].width, "height": shown[0].height, "bytes": len(file)}
    files = [made[one["width"], one["height"]] for one in variants.values()]
    return {"width": size[turned], "height": size[not turned], "variants": variants, "preview": _preview(frames[0])}, files


def _frames(image: Image.Image, order: dict[str, Any]) -> int:
    count = int(getattr(image, "n_frames", 1)) if order["moves"] else 1
    if count > order["most_frames"]:
        raise Refused(f"The animation has more than {order['most_frames']} frames.")
    return count


def _is_turned(image: Image.Image) -> bool:
    """Whether width and height change places: a camera held upright only notes that it was."""
    return _orientation(image) in (5, 6, 7, 8)


def _orientation(image: Image.Image) -> int:
    """What the camera noted, 1 where it noted nothing that can be read."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError):
        return 1


def _frame(image: Image.Image, widest: dict[str, Any], *, turned: bool) -> Image.Image:
    """A frame the right way up, in plain colours, hardly larger than what is made of it; nothing else is kept of it."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, _bounds(image.size, widest, turned=turned))
    image.load()
    if _orientation(image) != 1:
        ImageOps.exif_transpose(image, in_place=True)
    frame = _srgb(image)
    frame.info = {}
    frame.thumbnail(_bounds(frame.size, widest), Image.Resampling.LANCZOS)
    return frame


def _bounds(size: tuple[int, int], widest: dict[str, Any], *, turned: bool = False) -> tuple[int, int]:
    """The smallest size of the same shape from which the largest variant can still be cut."""
    width, height = size
    want_width, want_height = widest["width"], widest["height"]
    if turned:
        width, height = height, width
    tallest = width * TALLEST
    scale = max(want_width / width, want_height / height) if want_height else want_width / width * min(1, tallest / height)
    scale = min(1.0, scale)
    width, height = max(1, ceil(width * scale)), max(1, ceil(height * scale))
    return (height, width) if turned else (width, height)


def _srgb(image: Image.Image) -> Image.Image:
    """The picture in 8 bits of sRGB, with its transparency. A colour profile that cannot be used is left aside."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info else "RGB"
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if profile and mode == "RGB" and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert(mode)


def _cut(frame: Image.Image, variant: dict[str, Any]) -> Image.Image:
    """The frame in the size of a variant; small ones are not blown up, only cut to the same shape."""
    width, height = variant["width"], variant["height"]
    if height is None:
        shown = frame.copy()
        shown.thumbnail((width, width * TALLEST), Image.Resampling.LANCZOS)
        return shown
    scale = min(1.0, frame.width / width, frame.height / height)
    return ImageOps.fit(frame, (max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)


def _webp(frames: list[Image.Image], durations: list[int], *, loop: int) -> bytes:
    made = io.BytesIO()
    if len(frames) == 1:
        frames[0].save(made, "WEBP", quality=QUALITY, method=4)
    else:
        frames[0].save(made, "WEBP", quality=QUALITY, method=2, save_all=True, append_images=frames[1:],
                       duration=durations, loop=loop)
    return made.getvalue()


def _preview(frame: Image.Image) -> str:
    small = frame.copy()
    small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.BILINEAR)
    made = io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(1)).save(made, "WEBP", quality=30, method=6)
    return "data:image/webp;base64," + b64encode(made.getvalue()).decode()


if __name__ == "__main__":
    sys.exit(main())
