"""The providers this site is configured for."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from community.config import Config
from community.core.errors import NotFound

GOOGLE_ISSUER = "https://accounts.google.com"


@dataclass(frozen=True)
class Provider:
    """A site people may log in by. With an `issuer` it speaks OpenID Connect; the others have addresses of their own."""

    key: str
    """Its name in addresses and rows."""
    name: str
    client_id: str
    client_secret: SecretStr
    scope: str
    issuer: str = ""
    authorize_url: str = ""
    token_url: str = ""
    api_url: str = ""


def providers(config: Config) -> list[Provider]:
    """What is configured, in the order of the buttons."""
    made = (_generic(config), _google(config), _github(config), _discord(config))
    return [provider for provider in made if provider is not None]


def find(config: Config, key: str) -> Provider:
    """The configured provider of that name. Raises `NotFound`."""
    found = next((provider for provider in providers(config) if provider.key == key), None)
    if found is None:
        raise NotFound
    return found


def _generic(config: Config) -> Provider | None:
    if config.oidc_client_id is None or config.oidc_client_secret is None or config.oidc_issuer is None:
        return None
    return Provider("oidc", config.oidc_name, config.oidc_client_id, config.oidc_client_secret, "openid email profile",
                    issuer=config.oidc_issuer)


def _google(config: Config) -> Provider | None:
    if config.google_client_id is None or config.google_client_secret is None:
        return None
    return Provider("google", "Google", config.google_client_id, config.google_client_secret, "openid email profile",
                    issuer=GOOGLE_ISSUER)


def _github(config: Config) -> Provider | None:
    if config.github_client_id is None or config.github_client_secret is None:
        return None
    base = config.github_url
    return Provider("github", "GitHub", config.github_client_id, config.github_client_secret, "read:user user:email",
                    authorize_url=f"{base}/login/oauth/authorize", token_url=f"{base}/login/oauth/access_token",
                    api_url=config.github_api_url)


def _discord(config: Config) -> Provider | None:
    if config.discord_client_id is None or config.discord_client_secret is None:
        return None
    base = config.discord_url
    return Provider("discord", "Discord", config.discord_client_id, config.discord_client_secret, "identify email",
                    authorize_url=f"{base}/oauth2/authorize", token_url=f"{base}/api/oauth2/token",
                    api_url=f"{base}/api")
