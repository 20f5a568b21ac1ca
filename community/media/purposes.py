"""What pictures are for: which files are taken, and which variants are made of them."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB = 1024, 1024 * 1024
LARGEST = 10 * MIB
"""Bytes of the largest upload of any purpose."""
MOST_PIXELS = 40_000_000
MOST_FRAMES = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """A size a picture is served in: cut to exactly `width` x `height`, or without a height, made to fit the width."""

    name: str
    width: int
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Purpose:
    """The rules of one use of pictures. `formats` are those of `headers`."""

    name: str
    label: str
    """What the picture is called on its settings page."""
    formats: tuple[str, ...]
    max_bytes: int
    variants: tuple[Variant, ...]
    moves: bool = False
    """Animations stay animations; elsewhere the first frame is the picture."""

    @property
    def mimes(self) -> tuple[str, ...]:
        return tuple(f"image/{name}" for name in self.formats)

    @property
    def named(self) -> str:
        """The formats in words: "JPEG, PNG or WebP"."""
        words = [{"jpeg": "JPEG", "png": "PNG", "webp": "WebP", "gif": "GIF"}[name] for name in self.formats]
        return f"{', '.join(words[:-1])} or {words[-1]}"

    @property
    def size_named(self) -> str:
        return f"{self.max_bytes // MIB} MB" if self.max_bytes >= MIB else f"{self.max_bytes // KIB} KB"


AVATAR = Purpose("AVATAR", "Picture", ("jpeg", "png", "webp"), 2 * MIB, (Variant("256", 256, 256), Variant("64", 64, 64)))
BANNER = Purpose("BANNER", "Banner", ("jpeg", "png", "webp", "gif"), LARGEST,
                 (Variant("1920", 1920, 600), Variant("1280", 1280, 400), Variant("640", 640, 200)))
"""Banners are strips of 16:5, cut around the middle: what is kept is what is shown, at every width."""
EMOJI = Purpose("EMOJI", "Picture", ("png", "gif", "webp"), 256 * KIB, (Variant("64", 64),), moves=True)
CONTENT = Purpose("CONTENT", "Picture", ("jpeg", "png", "webp", "gif"), LARGEST,
                  (Variant("1920", 1920), Variant("1280", 1280), Variant("640", 640)), moves=True)
PURPOSES = {one.name: one for one in (AVATAR, BANNER, EMOJI, CONTENT)}
