"""Who this site is to authenticators."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from community.config import Config
from community.core import settings


@dataclass(frozen=True)
class RelyingParty:
    """The name passkeys are bound to, and the origins they may be used from."""

    id: str
    name: str
    origins: list[str]


def relying_party() -> RelyingParty:
    """By the configured address. A site on this machine is `localhost`: passkeys know no addresses of numbers."""
    config: Config = current_app.extensions["config"]
    host = "localhost" if config.is_loopback else urlsplit(config.site_url).hostname or ""
    return RelyingParty(id=host, name=str(settings.get("site_name")), origins=sorted(config.allowed_origins))
