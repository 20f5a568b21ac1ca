"""Settings of the environment that do not fit together stop the start."""

from __future__ import annotations

import pytest
from pydantic import SecretStr, ValidationError

from community.accounts.oauth import providers
from community.config import Config

SECRET = SecretStr("a secret")


def test_providers_appear_once_they_are_configured() -> None:
    assert providers(Config()) == []
    config = Config(google_client_id="g", google_client_secret=SECRET, github_client_id="h", github_client_secret=SECRET,
                    discord_client_id="d", discord_client_secret=SECRET, oidc_client_id="o", oidc_client_secret=SECRET,
                    oidc_issuer="https://id.example.org", oidc_name="Example ID")
    assert [(one.key, one.name) for one in providers(config)] == [
        ("oidc", "Example ID"), ("google", "Google"), ("github", "GitHub"), ("discord", "Discord")]
    assert "a secret" not in repr(providers(config))


@pytest.mark.parametrize("half", [
    {"github_client_id": "x"}, {"discord_client_secret": SECRET}, {"oidc_issuer": "https://id.example.org"},
    {"oidc_client_id": "x", "oidc_client_secret": SECRET},
])
def test_a_provider_that_is_half_configured_is_a_mistake(half: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        Config(**half)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["http://id.example.org", "id.example.org", "ftp://id.example.org", "https://"])
def test_a_provider_is_reached_over_tls_only(address: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Config(oidc_issuer=address, oidc_client_id="x", oidc_client_secret=SECRET)


def test_a_provider_on_this_machine_may_do_without_tls() -> None:
    config = Config(oidc_issuer="http://localhost:8123", oidc_client_id="x", oidc_client_secret=SECRET)
    assert providers(config)[0].issuer == "http://localhost:8123"
