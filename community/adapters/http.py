"""Requests to other machines whose addresses the operator configured: limited in time and size, never led elsewhere."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from community.core.clock import monotonic

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3, 5, 8
MAX_BYTES = 2 * 1024 * 1024
_CHUNK = 16 * 1024


class TooMuch(requests.RequestException):
    """The other side sent more, or took longer, than we wait for."""


def bound(session: requests.Session) -> None:
    """Give a session our limits: 8 seconds and 2 MiB an answer, no redirects, no cookies, no proxies of the environment."""
    session.trust_env = False
    session.max_redirects = 0
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded())


class _Bounded(HTTPAdapter):
    """Reads the whole answer, as far as the limits allow."""

    def send(self, request: requests.PreparedRequest, stream: bool = False,
             timeout: object = None, verify: bool | str = True,
             cert: Any = None, proxies: dict[str, str] | None = None) -> requests.Response:  # noqa: ANN401
        ends = monotonic() + TOTAL_SECONDS
        response = super().send(request, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS), verify=verify, cert=cert,
                                proxies=proxies)
        response._content = _body(response, ends)
        return response


def _body(response: requests.Response, ends: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_BYTES or monotonic() > ends:
            response.close()
            raise TooMuch(f"more than {MAX_BYTES} bytes or {TOTAL_SECONDS} seconds")
    return bytes(body)
