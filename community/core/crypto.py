"""Hashes and random values."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sys
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

T = TypeVar("T")

hasher = PasswordHasher(time_cost=3, memory_cost=47104, parallelism=1)
"""About 100 ms of CPU a hash on the machines this was tuned on; the tests replace it by a cheap one."""

_dummy: str | None = None


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a random token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def keyed_digest(value: str, *, purpose: str) -> bytes:
    """A hash of something guessable (an address), useless without the site's secret."""
    secret = current_app.extensions["config"].signing_secret
    return hmac.new(f"{purpose}:{secret}".encode(), value.encode(), hashlib.sha256).digest()


def hash_password(password: str) -> str:
    """The argon2id hash of a password, computed beside the event loop."""
    return beside_the_loop(lambda: hasher.hash(password))


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password is right. A missing hash costs as much as a wrong password."""
    return beside_the_loop(lambda: _verify(hashed, password))


def needs_rehash(hashed: str) -> bool:
    """True when the hash was made with older parameters."""
    return hasher.check_needs_rehash(hashed)


def beside_the_loop(work: Callable[[], T]) -> T:
    """Run CPU work of more than some 20 ms in the hub's thread pool where gevent runs the process."""
    if "gevent.monkey" in sys.modules:
        from gevent import get_hub, monkey

        if monkey.is_module_patched("socket"):
            return get_hub().threadpool.apply(work)  # type: ignore[no-any-return]
    return work()


def _verify(hashed: str | None, password: str) -> bool:
    global _dummy  # noqa: PLW0603 - made once a process
    if hashed is None:
        _dummy = _dummy or hasher.hash(secrets.token_urlsafe(16))
    try:
        return hasher.verify(hashed or _dummy or "", password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
