"""Secrets at rest: AES-256-GCM, with the key's id beside the ciphertext so that keys can be changed."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE = 12


class Unreadable(RuntimeError):
    """A stored secret whose key is missing, or that was changed."""


def encrypt(value: str, *, place: str) -> bytes:
    """The value under the newest key, bound to `place` (table and column), so that it reads nowhere else."""
    key_id, key = next(iter(_keys().items()))
    nonce = secrets.token_bytes(NONCE)
    head = key_id.encode()
    return bytes([len(head)]) + head + nonce + AESGCM(key).encrypt(nonce, value.encode(), place.encode())


def decrypt(stored: bytes, *, place: str) -> str:
    """What `encrypt` took. Raises `Unreadable`."""
    end = 1 + stored[0]
    key_id = stored[1:end].decode(errors="replace")
    key = _keys().get(key_id)
    if key is None:
        raise Unreadable(f"ENCRYPTION_KEY has no key {key_id!r}")
    try:
        return AESGCM(key).decrypt(stored[end:end + NONCE], stored[end + NONCE:], place.encode()).decode()
    except InvalidTag as error:
        raise Unreadable(f"a secret of {place} was changed, or the key {key_id!r} is another one") from error


def is_current(stored: bytes) -> bool:
    """Whether the value lies under the newest key."""
    return stored[1:1 + stored[0]].decode(errors="replace") == next(iter(_keys()))


class EncryptedText(TypeDecorator[str]):
    """Text that the database holds only encrypted. `place` is `table.column`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str = "") -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else encrypt(value, place=self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(value, place=self.place)


def _keys() -> dict[str, bytes]:
    keys: dict[str, bytes] = current_app.extensions["config"].encryption_keys
    return keys
