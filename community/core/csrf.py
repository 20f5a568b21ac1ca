"""Requests of other sites change nothing: fetch metadata where browsers send it, else the origin must be ours.

The library judges `Sec-Fetch-Site`. Without that header it compares hosts, one of which a header may name, and lets pass
what says nothing of where it comes from; here the whole origin must be one of the site's, and silence is refused to
whoever brings a session.
"""

from __future__ import annotations

from flask import Flask, current_app, request

from community.config import Config
from community.core.errors import Denied
from community.core.web import SAFE_METHODS
from community.extensions import csrf


def init_csrf(app: Flask, config: Config) -> None:
    """Check every request that may change something."""
    csrf.init_app(app)

    @app.before_request
    def judge() -> None:
        if request.method in SAFE_METHODS or request.headers.get("Sec-Fetch-Site") or csrf._is_exempt():
            return
        origin = request.headers.get("Origin")
        if origin is not None and origin not in config.allowed_origins:
            raise Denied("This request came from another site.")
        if origin is None and current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            raise Denied("This request does not say where it came from.")
