"""Rate limits: per person or address, before the expensive work."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.errors import RateLimitExceeded

from community.config import Config
from community.core.errors import TooFast
from community.core.viewer import Viewer

STAFF_FACTOR = 5

limiter = Limiter(key_func=lambda: who())


def init_limits(app: Flask, config: Config, redis_url: str) -> None:
    """Bind the limiter to Redis; without it, limits hold in the process at half the rate."""
    app.config.update(
        RATELIMIT_STORAGE_URI=_storage(redis_url), RATELIMIT_STRATEGY="sliding-window-counter",
        RATELIMIT_HEADERS_ENABLED=True, RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_KEY_PREFIX="ratelimit", RATELIMIT_SWALLOW_ERRORS=False,
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 2, "socket_connect_timeout": 1},
    )
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _too_fast)


def _storage(redis_url: str) -> str:
    """The URL as the limiter's library spells it: a socket is `redis+unix://`."""
    return f"redis+{redis_url}" if redis_url.startswith("unix://") else redis_url


def limited(amount: int, per: str, *, scope: str, by: Callable[[], str] | None = None) -> Callable:  # type: ignore[type-arg]
    """Limit a route to `amount` calls `per` second, minute, hour or day of one person.

    `scope` names the counter, which several routes may share; `by` gives another key than the person (an address mailed).
    Staff of the community get five times as many, site administrators are exempt.
    """
    return limiter.shared_limit(
        lambda: f"{_scaled(amount)} per {per}", scope=scope, key_func=by or who, exempt_when=_is_exempt
    )


def who() -> str:
    """The account, else the address; of IPv6 the /64, which one household holds."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is not None and viewer.user is not None:
        return f"u{viewer.user.id}"
    return f"ip{address()}"


def address() -> str:
    """The client's address as the configured proxies report it, cut to a /64 for IPv6."""
    try:
        ip = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if ip.version == 6:
        return str(ipaddress.ip_network((ip, 64), strict=False).network_address)
    return str(ip)


def page_counter(person: str) -> tuple[str, int]:
    """The counter of this minute's pages of a person, and its life in seconds; counted in the page's own round trip."""
    return f"ratelimit:pages:{person}:{int(time.time() // 60)}", 120


def check_pages(count: int, viewer: Viewer) -> None:
    """Refuse a person's 301st page of a minute, a guest address's 121st. Raises `TooFast`."""
    config: Config = current_app.extensions["config"]
    allowed = (120 if viewer.is_guest else 300) * config.rate_limit_factor * (STAFF_FACTOR if viewer.is_staff else 1)
    if count > allowed and not viewer.is_site_admin:
        raise TooFast(60 - int(time.time() % 60))


def _scaled(amount: int) -> int:
    config: Config = current_app.extensions["config"]
    viewer: Viewer | None = g.get("viewer")
    factor = config.rate_limit_factor * (STAFF_FACTOR if viewer is not None and viewer.is_staff else 1)
    if limiter._storage_dead:  # each of the processes counts for itself
        factor /= 2
    return max(1, round(amount * factor))


def _is_exempt() -> bool:
    viewer: Viewer | None = g.get("viewer")
    return viewer is not None and viewer.is_site_admin


def _too_fast(error: RateLimitExceeded) -> Response:
    from community.core.failures import answer

    return answer(TooFast(_retry_after(limiter.current_limit)))


def _retry_after(limit: RequestLimit | None) -> int:
    return max(1, round(limit.reset_at - time.time())) if limit is not None else 60
