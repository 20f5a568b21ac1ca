"""Where an address is, by the operator's GeoIP file; without one, nowhere."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    import maxminddb

log = logging.getLogger(__name__)

UNKNOWN = ""


def location_of(ip: str | None) -> str:
    """City and country of an address, as far as the file knows: `Utrecht, Netherlands`. Nothing is asked elsewhere."""
    path: Path | None = current_app.extensions["config"].geoip_path
    if path is None or not ip:
        return UNKNOWN
    reader = _opened(path)
    try:
        found = reader.get(ip) if reader is not None else None
    except ValueError:  # an address of the other family than the file's
        return UNKNOWN
    if not isinstance(found, dict):
        return UNKNOWN
    names = [_name(found.get(part)) for part in ("city", "country")]
    return ", ".join(name for name in names if name)[:120]


def country_of(location: str) -> str:
    """The country at the end of a location."""
    return location.rpartition(", ")[2]


def _name(part: object) -> str:
    if not isinstance(part, dict):
        return ""
    names = part.get("names")
    return str((names.get("en") if isinstance(names, dict) else None) or part.get("iso_code") or "")


@lru_cache(maxsize=2)
def _opened(path: Path) -> maxminddb.Reader | None:
    """The file, opened once a process. One that cannot be read is an error in the log, and keeps nobody out."""
    import maxminddb

    try:
        return maxminddb.open_database(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.error("GEOIP_PATH cannot be read, places stay empty: %s", error)
        return None
