"""Requests of programs: they bring a key in the header `Authorization`, to the API alone, and no cookie of theirs counts."""

from __future__ import annotations

from flask import Request, request
from flask_sec_fetch_csrf import SecFetchCSRF

API = "/api/"


def is_keyed(asked: Request) -> bool:
    """Whether the request claims to come with a key. Whatever its cookies say is not looked at then."""
    return asked.path.startswith(API) and "Authorization" in asked.headers


def key_of(asked: Request) -> str:
    """The key in the header; empty where it holds something else."""
    scheme, _, key = asked.headers["Authorization"].partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


class CsrfGuard(SecFetchCSRF):
    """No site can make a browser send a key, and without its cookies a request has no more rights than its key."""

    def _is_exempt(self) -> bool:
        return is_keyed(request) or bool(super()._is_exempt())
