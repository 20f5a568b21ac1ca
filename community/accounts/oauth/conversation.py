"""The conversation with a provider: where to send the browser, and what the code it comes back with stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from community.accounts.oauth.identity import Identity, ProviderDown, ProviderRefused, described
from community.accounts.oauth.providers import Provider

if TYPE_CHECKING:
    from community.accounts.oauth.client import Client

AGAIN = {"prompt": "login"}


@dataclass(frozen=True)
class Started:
    """A log-in under way: the address to go to, and the secrets that prove that the answer is to this question."""

    url: str
    state: str
    verifier: str
    nonce: str


def begin(provider: Provider, *, redirect_uri: str) -> Started:
    """Ask the provider who somebody is. Raises `ProviderDown`."""
    from community.accounts.oauth.client import reaching

    with reaching(provider.name):
        made = _client(provider).create_authorization_url(redirect_uri)
    return Started(made["url"], made["state"], made["code_verifier"], made.get("nonce", ""))


def ask(provider: Provider, *, code: str, redirect_uri: str, verifier: str, nonce: str) -> Identity:
    """Trade the code for who the person is. Raises `ProviderDown` and `ProviderRefused`."""
    from community.accounts.oauth.client import reaching

    client = _client(provider)
    with reaching(provider.name):
        token = client.fetch_access_token(redirect_uri, code=code, code_verifier=verifier)
        return _READERS.get(provider.key, _openid)(provider, client, token, nonce)


def _openid(provider: Provider, client: Client, token: Mapping[str, Any], nonce: str) -> Identity:
    claims = client.claims(token, nonce=nonce, issuer=provider.issuer)
    if "email" not in claims and client.load_server_metadata().get("userinfo_endpoint"):
        told = client.userinfo(token=token)
        if told.get("sub") != claims["sub"]:
            raise ProviderRefused("the provider spoke of two people")
        claims = {**told, **claims}
    return described(provider.key, claims["sub"], email=claims.get("email"), email_verified=claims.get("email_verified"),
                     name=claims.get("name"), nickname=claims.get("preferred_username") or claims.get("nickname"),
                     issuer=provider.issuer if provider.key == "oidc" else "")


def _github(provider: Provider, client: Client, token: Mapping[str, Any], nonce: str) -> Identity:
    """GitHub tells addresses apart from the person, each with whether it is confirmed."""
    person = client.json(f"{provider.api_url}/user", token)
    addresses = client.json(f"{provider.api_url}/user/emails", token)
    if not isinstance(person, dict) or not isinstance(addresses, list):
        raise ProviderDown("not the answer of GitHub")
    known = [one for one in addresses if isinstance(one, dict)]
    primary: dict[str, Any] = next((one for one in known if one.get("primary") is True), {})
    return described("github", person.get("id"), email=primary.get("email"), email_verified=primary.get("verified"),
                     name=person.get("name"), nickname=person.get("login"))


def _discord(provider: Provider, client: Client, token: Mapping[str, Any], nonce: str) -> Identity:
    person = client.json(f"{provider.api_url}/users/@me", token)
    if not isinstance(person, dict):
        raise ProviderDown("not the answer of Discord")
    return described("discord", person.get("id"), email=person.get("email"), email_verified=person.get("verified"),
                     name=person.get("global_name"), nickname=person.get("username"))


_READERS = {"github": _github, "discord": _discord}


@lru_cache(maxsize=16)
def _client(provider: Provider) -> Client:
    """One client a provider and process: it keeps the provider's description and keys."""
    from community.accounts.oauth.client import Client

    return Client(provider)
