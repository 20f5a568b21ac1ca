"""Configuration, read from the environment once. Nothing else reads `os.environ`."""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EXAMPLE_SECRETS = frozenset({"", "change-me", "changeme", "secret", "dev"})


def as_driver_url(url: str) -> str:
    """Name the psycopg driver in a PostgreSQL URL; `postgres://` and `postgresql://` mean the same."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


class Config(BaseSettings):
    """Settings of one process. Field names in upper case are the environment variables."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: str | None = None
    """PostgreSQL 18 with pg_trgm and unaccent; unset: the embedded server."""
    database_owner_url: str | None = None
    """The role that may change the schema (migrations); unset: `database_url`."""
    reads_apart: bool = True
    """Pages that only read use read-only connections of their own."""
    redis_url: str | None = None
    """Redis 8 or Valkey 9; unset: the embedded server."""
    embedded_user: str | None = None
    """Whom the embedded servers run as when we are root; unset: the owner of the instance, `postgres` or `nobody`."""
    bind: str = "127.0.0.1:8000"
    base_url: str | None = None
    """Public address of the site without a trailing slash; unset: http://BIND."""
    instance_dir: Path = Path("instance")
    secret_key: SecretStr | None = None
    encryption_key: SecretStr | None = None
    """Keys of secrets at rest, newest first: `id:key,id:key`, a key being 32 bytes in URL-safe base64."""
    web_workers: int = 2
    start_gate: int | None = None
    """Set by the launcher: a file descriptor that ends when the set-up is done and the web server may open."""
    worker_threads: int = 4
    rate_limit_factor: float = 1.0
    """Multiplies every rate limit of the instance, for load tests."""
    trusted_proxies: int = 0
    """How many reverse proxies stand in front and set X-Forwarded-For."""
    smtp_url: SecretStr | None = None
    """smtp://user:password@host:port; unset: mails go to the folder `mail/` of the instance."""
    geoip_path: Path | None = None
    """A GeoIP database (.mmdb with cities or countries) that tells where log-ins come from; unset: places stay empty."""
    mail_from: str = "Community <community@localhost>"
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    github_client_id: str | None = None
    github_client_secret: SecretStr | None = None
    github_url: str = "https://github.com"
    """Where people log in; another one of a GitHub Enterprise server."""
    github_api_url: str = "https://api.github.com"
    discord_client_id: str | None = None
    discord_client_secret: SecretStr | None = None
    discord_url: str = "https://discord.com"
    oidc_name: str = "Single sign-on"
    """What the button of the generic OpenID Connect provider says after "Continue with"."""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    storage_url: str | None = None
    """Where uploads are kept: s3://bucket or s3://bucket/prefix; unset: the folder `media/` of the instance."""
    storage_endpoint: str | None = None
    """Address of an S3-compatible service; unset: Amazon's."""
    storage_region: str = "us-east-1"
    storage_key_id: str | None = None
    storage_secret: SecretStr | None = None
    """Both unset: the credentials the machine itself has."""
    log_json: bool | None = None
    sql_echo: bool = False

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _driver(cls, value: str | None) -> str | None:
        return as_driver_url(value) if value else None

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("BASE_URL must look like https://community.example, without a path")
        return value.rstrip("/")

    @field_validator("oidc_issuer", "github_url", "github_api_url", "discord_url")
    @classmethod
    def _provider(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
            raise ValueError("the address of a log-in provider must begin with https://")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Config:
        """A provider that is half configured is a mistake, not a missing button."""
        for name in ("google", "github", "discord", "oidc"):
            if (getattr(self, f"{name}_client_id") is None) != (getattr(self, f"{name}_client_secret") is None):
                raise ValueError(f"{name.upper()}_CLIENT_ID and {name.upper()}_CLIENT_SECRET belong together")
        if (self.oidc_client_id is None) != (self.oidc_issuer is None):
            raise ValueError("OIDC_CLIENT_ID and OIDC_ISSUER belong together")
        return self

    @field_validator("storage_url")
    @classmethod
    def _bucket(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme != "s3" or not urlsplit(value).netloc):
            raise ValueError("STORAGE_URL must look like s3://bucket or s3://bucket/prefix")
        return value

    @field_validator("instance_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @classmethod
    def load(cls) -> Config:
        """Read the environment."""
        return cls()

    @property
    def site_url(self) -> str:
        """Public address of the site, without a trailing slash."""
        return self.base_url or f"http://{self.bind}"

    @property
    def is_loopback(self) -> bool:
        """True while the public address is this machine: development pages are served only then."""
        return urlsplit(self.site_url).hostname in LOOPBACK

    @property
    def is_tls(self) -> bool:
        return self.site_url.startswith("https://")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Values of the `Host` header this site answers to."""
        parts = urlsplit(self.site_url)
        if not self.is_loopback:
            return frozenset({parts.netloc})
        port = f":{parts.port}" if parts.port else ""
        return frozenset({f"localhost{port}", f"127.0.0.1{port}", f"[::1]{port}"})

    @property
    def allowed_origins(self) -> frozenset[str]:
        """Values of the `Origin` header that are this site."""
        scheme = urlsplit(self.site_url).scheme
        return frozenset(f"{scheme}://{host}" for host in self.allowed_hosts)

    @cached_property
    def signing_secret(self) -> str:
        """The secret all signatures derive from; made once, mode 0600, in the instance folder when unset.

        Raises ValueError for a secret out of an example.
        """
        if self.secret_key is not None:
            value = self.secret_key.get_secret_value()
            if value.lower() in EXAMPLE_SECRETS or len(value) < 16:
                raise ValueError("SECRET_KEY must be a random value of at least 16 characters")
            return value
        return _instance_secret(self.instance_dir / "secret_key")

    @cached_property
    def encryption_keys(self) -> dict[str, bytes]:
        """Keys of secrets at rest by their ids, newest first; one made for the instance when unset.

        Raises ValueError for a value that is not `id:key,id:key`.
        """
        if self.encryption_key is None:
            return {"instance": sha256(_instance_secret(self.instance_dir / "encryption_key").encode()).digest()}
        pairs = [part.strip().partition(":") for part in self.encryption_key.get_secret_value().split(",")]
        keys = {key_id: _key(encoded) for key_id, _, encoded in pairs}
        if len(keys) != len(pairs) or not all(0 < len(key_id) < 40 for key_id in keys):
            raise ValueError("ENCRYPTION_KEY must look like id:key,id:key, with ids that differ")
        return keys


def _key(encoded: str) -> bytes:
    try:
        key = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError("a key of ENCRYPTION_KEY must be 32 bytes in URL-safe base64")
    return key


def _instance_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _written(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return _written(path)


def _written(path: Path) -> str:
    value = path.read_text().strip()
    if len(value) < 16:
        raise ValueError(f"{path} is damaged; remove it to make a new secret (everybody is logged out)")
    return value
