"""Security headers of every answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from community.config import Config

_NONCE = "NONCE"


def init_headers(app: Flask, config: Config) -> None:
    """Set the static headers once, and per answer only the policy with its nonce."""
    static = list(_static(config).headers.items())
    template = _policy(config)

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in static:
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = template.replace(_NONCE, g.get("nonce", "none"))
        return response


def _static(config: Config) -> Secure:
    return Secure(
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        referrer=ReferrerPolicy().strict_origin_when_cross_origin(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        permissions=PermissionsPolicy().camera().microphone().geolocation(),
        hsts=StrictTransportSecurity().max_age(31_536_000).include_subdomains() if config.is_tls else None,
    )


def _policy(config: Config) -> str:
    """The content security policy; `NONCE` stands where the nonce of the answer goes."""
    socket = "wss" if config.is_tls else "ws"
    # Policies know no IPv6 literals: a page opened under one polls instead.
    sockets = sorted(f"{socket}://{host}" for host in config.allowed_hosts if not host.startswith("["))
    if urlsplit(config.site_url).hostname is None:
        raise ValueError("the base URL has no host")
    nonce = f"'nonce-{_NONCE}'"
    return (
        ContentSecurityPolicy()
        .default_src("'none'").script_src("'self'", nonce).style_src("'self'", nonce)
        .img_src("'self'", "data:", "blob:").media_src("'self'").font_src("'self'")
        .connect_src("'self'", *sockets).manifest_src("'self'").worker_src("'self'").form_action("'self'")
        .base_uri("'none'").object_src("'none'").frame_ancestors("'none'")
        .frame_src("https://www.youtube-nocookie.com")
    ).header_value
