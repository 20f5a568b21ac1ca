"""Having a picture decoded by a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from community.media.purposes import MOST_FRAMES, MOST_PIXELS, Purpose

PROGRAM = Path(__file__).with_name("decoder.py")
SECONDS = 20.0
"""How long a decoder may take; reading and keeping the files has the rest of the lane's thirty seconds."""


class Refused(Exception):
    """The file is no picture we can use, and no further try will help. The text is for the person who sent it."""


class DecoderDied(Exception):
    """The decoder took too long, or did not come to an end."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture and its variants: descriptions (`width`, `height`, `bytes`) and files by name."""

    width: int
    height: int
    preview: str
    variants: Mapping[str, dict[str, Any]]
    files: Mapping[str, bytes]

    @property
    def size(self) -> int:
        """Bytes of all variants."""
        return sum(len(file) for file in self.files.values())


def decode(content: bytes, purpose: Purpose) -> Decoded:
    """Decode a picture and make the variants of its purpose. Raises `Refused` and `DecoderDied`."""
    order = {"formats": purpose.formats, "moves": purpose.moves, "most_pixels": MOST_PIXELS, "most_frames": MOST_FRAMES,
             "variants": [asdict(variant) for variant in purpose.variants]}
    head, _, files = _run(json.dumps(order).encode() + b"\n" + content).partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise Refused(answer["refused"])
    return Decoded(answer["width"], answer["height"], answer["preview"], answer["variants"],
                   _apart(answer["variants"], files))


def _run(given: bytes) -> bytes:
    """What the decoder answers. It gets no environment, so no secrets, and an interpreter that looks nowhere for code."""
    try:
        done = subprocess.run([sys.executable, "-I", str(PROGRAM)], input=given, capture_output=True, timeout=SECONDS,
                              check=False, env={})
    except subprocess.TimeoutExpired:
        raise DecoderDied(f"took longer than {SECONDS:.0f} s") from None
    if done.returncode != 0 or b"\n" not in done.stdout:
        raise DecoderDied(f"ended with {_named(done.returncode)}: {done.stderr[-500:].decode(errors='replace')}")
    return done.stdout


def _apart(variants: Mapping[str, dict[str, Any]], files: bytes) -> dict[str, bytes]:
    found, at = {}, 0
    for name, one in variants.items():
        found[name] = files[at:at + one["bytes"]]
        at += one["bytes"]
    return found


def _named(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else str(code)
