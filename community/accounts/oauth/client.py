"""The client of one provider, on the library. Imported only when somebody logs in: it costs a third of a second."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError

from community.accounts.oauth.identity import ProviderDown, ProviderRefused
from community.accounts.oauth.providers import Provider
from community.adapters import http

log = logging.getLogger(__name__)


class _Session(OAuth2Session):
    """The library's requests, within our limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library's
        super().__init__(*args, **kwargs)
        http.bound(self)
        self.headers["Accept"] = "application/json"


class Client(OAuth2Mixin, OpenIDMixin, BaseApp):
    """Knows a provider's addresses and keys; with an issuer they come from its own description."""

    client_cls = _Session

    def __init__(self, provider: Provider) -> None:
        description = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration" if provider.issuer else None
        super().__init__(
            None, provider.key, client_id=provider.client_id, client_secret=provider.client_secret.get_secret_value(),
            authorize_url=provider.authorize_url or None, access_token_url=provider.token_url or None,
            server_metadata_url=description, user_agent="Community",
            client_kwargs={"scope": provider.scope, "code_challenge_method": "S256"})
        self.issuer = provider.issuer

    def load_server_metadata(self) -> dict[str, Any]:
        """The provider's description of itself. Raises `ProviderRefused` where it is somebody else's."""
        metadata: dict[str, Any] = super().load_server_metadata()
        if self.issuer and metadata.get("issuer") != self.issuer:
            self.server_metadata.clear()
            raise ProviderRefused("the provider calls itself by another name")
        return metadata

    def claims(self, token: Mapping[str, Any], *, nonce: str, issuer: str) -> dict[str, Any]:
        """What the signed token says; it must be made by this issuer, for this site, as the answer to this question."""
        if "id_token" not in token or not nonce:
            raise ProviderRefused("the provider sent no proof")
        wanted = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": self.client_id}}
        return dict(self.parse_id_token(token, nonce=nonce, claims_options=wanted))

    def json(self, url: str, token: Mapping[str, Any]) -> Any:  # noqa: ANN401
        """An answer of the provider's API."""
        response = self.get(url, token=token)
        response.raise_for_status()
        return response.json()


@contextmanager
def reaching(name: str) -> Iterator[None]:
    """Tell a provider that is down from one that refuses. Raises `ProviderDown` and `ProviderRefused`."""
    try:
        yield
    except (AuthlibBaseError, JoseError) as error:
        log.warning("%s refused a log-in: %s", name, error)
        raise ProviderRefused(str(error)) from error
    except ProviderRefused as error:
        log.warning("%s proved nothing: %s", name, error)
        raise
    except (requests.RequestException, ValueError, KeyError, RuntimeError) as error:
        log.warning("%s is not answering: %s", name, error)
        raise ProviderDown(str(error)) from error
