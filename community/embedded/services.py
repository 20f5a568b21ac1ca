"""The services a process talks to: those the operator names, and the embedded ones for the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from community.embedded.errors import EmbeddedUnavailable
from community.embedded.server import Outcome
from community.embedded.supervisor import Embedded


@dataclass(frozen=True)
class Services:
    """Addresses of PostgreSQL (for the application, and for the owner of the schema) and of Redis or Valkey."""

    database_url: str
    database_owner_url: str
    redis_url: str
    embedded: Embedded | None = None
    """The servers behind them that are ours to start, if any."""
    outcome: dict[str, Outcome] | None = None
    """What became of each of these: started or adopted. None before `start`."""

    @property
    def notice(self) -> str | None:
        """What an operator should know about the embedded servers."""
        return self.embedded.notice if self.embedded else None

    def start(self) -> Services:
        """Make the embedded servers answer. Raises EmbeddedUnavailable."""
        return replace(self, outcome=self.embedded.acquire()) if self.embedded else self

    def revive(self) -> list[str]:
        """Start embedded servers that died; names those that were started. Cheap when all are well.

        Raises EmbeddedUnavailable.
        """
        if self.embedded is None or (self.embedded.is_running and not self.embedded.is_deleted):
            return []
        return [name for name, outcome in self.embedded.acquire().items() if outcome == "started"]

    def close(self) -> None:
        """Stop using the embedded servers; the last user stops them."""
        if self.embedded is not None:
            self.embedded.release()


def find_services(
    instance_dir: Path,
    database_url: str | None = None,
    redis_url: str | None = None,
    *,
    database_owner_url: str | None = None,
    user: str | None = None,
) -> Services:
    """Name every service; what has no address gets that of an embedded server, which `start` makes answer.

    `database_owner_url` counts only beside `database_url`, which stands in for it when it is unset; `user` is whom the
    embedded servers run as when we are root.
    """
    from community.config import as_driver_url

    embedded = None
    if not (database_url and redis_url):
        embedded = Embedded(instance_dir, user=user, postgres=not database_url, valkey=not redis_url)
    if database_url:
        database_url = as_driver_url(database_url)
        database_owner_url = as_driver_url(database_owner_url) if database_owner_url else database_url
    return Services(
        database_url=database_url or _of(embedded).database_url,
        database_owner_url=(database_url and database_owner_url) or _of(embedded).database_owner_url,
        redis_url=redis_url or _of(embedded).redis_url,
        embedded=embedded,
    )


def resolve_services(
    instance_dir: Path,
    database_url: str | None = None,
    redis_url: str | None = None,
    *,
    database_owner_url: str | None = None,
    user: str | None = None,
) -> Services:
    """Like `find_services`, and start what has no address, and only that. Raises EmbeddedUnavailable."""
    return find_services(
        instance_dir, database_url, redis_url, database_owner_url=database_owner_url, user=user
    ).start()


def _of(embedded: Embedded | None) -> Embedded:
    if embedded is None:
        raise EmbeddedUnavailable("No embedded server was started.")
    return embedded
