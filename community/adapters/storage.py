"""Keeping files: in a folder of the instance, or in a bucket of an S3-compatible service.

Calls wait for a disk or a network: in the web server they belong beside the event loop.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from flask import current_app
from obstore.store import LocalStore, ObjectStore, S3Store

from community.config import Config

LISTED = 1000
"""Files in one step of a listing."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as a listing names it."""

    path: str
    size: int
    written_at: dt.datetime


class Storage(Protocol):
    """Files by paths such as `ab/abcd/64.webp`. A file is there whole or not at all."""

    def write(self, path: str, content: bytes) -> None:
        """Keep a file; one that is there already is replaced."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None where there is none."""

    def remove(self, paths: Sequence[str]) -> None:
        """Remove files; those that are not there are no error."""

    def listing(self, prefix: str | None = None) -> Iterator[Sequence[Stored]]:
        """All files below a folder, some at a time."""


class ObjectStorage:
    """A folder or a bucket."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def write(self, path: str, content: bytes) -> None:
        self._store.put(path, content)

    def read(self, path: str) -> bytes | None:
        try:
            return bytes(self._store.get(path).bytes())
        except FileNotFoundError:
            return None

    def remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                self._store.delete(path)
            except FileNotFoundError:
                continue

    def listing(self, prefix: str | None = None) -> Iterator[Sequence[Stored]]:
        for found in self._store.list(prefix, chunk_size=LISTED):
            yield [Stored(one["path"], one["size"], one["last_modified"]) for one in found]


def storage() -> Storage:
    """The storage of the site at hand, made once."""
    made: Storage | None = current_app.extensions.get("storage")
    if made is None:
        made = current_app.extensions["storage"] = ObjectStorage(_store(current_app.extensions["config"]))
    return made


def _store(config: Config) -> ObjectStore:
    if config.storage_url is None:
        return LocalStore(config.instance_dir / "media", mkdir=True, automatic_cleanup=True)
    parts = urlsplit(config.storage_url)
    given = {"endpoint": config.storage_endpoint, "access_key_id": config.storage_key_id,
             "secret_access_key": config.storage_secret.get_secret_value() if config.storage_secret else None}
    is_plain = (config.storage_endpoint or "").startswith("http://")
    return S3Store(parts.netloc, prefix=parts.path.strip("/") or None, region=config.storage_region,
                   client_options={"allow_http": is_plain, "timeout": "20s", "connect_timeout": "5s"},
                   retry_config={"max_retries": 2, "retry_timeout": dt.timedelta(seconds=20)},
                   virtual_hosted_style_request=False,
                   **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
