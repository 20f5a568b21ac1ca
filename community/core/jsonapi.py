"""JSON in and out: orjson behind Flask, and the envelope of errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask.json.provider import JSONProvider


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson; header values stay ASCII-safe because `dumps` escapes nothing but quotes."""

    def dumps(self, obj: Any, **_: Any) -> str:  # noqa: ANN401
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:  # noqa: ANN401
        return orjson.loads(s)


def dumps(value: object) -> str:
    """JSON that may stand in a header: ASCII only."""
    text = orjson.dumps(value).decode()
    return "".join(c if ord(c) < 128 else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def error_envelope(message: str, details: Sequence[Mapping[str, object]] | None = None) -> dict[str, object]:
    """What every error of the API looks like."""
    body: dict[str, object] = {"success": False, "error": message}
    if details is not None:
        body["details"] = [dict(one) for one in details]
    return body


