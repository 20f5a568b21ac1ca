"""The embedded servers of one instance, shared by every process that uses them."""

from __future__ import annotations

import atexit
from functools import cached_property
from pathlib import Path
from typing import Literal

from community.embedded.account import Account, choose_account
from community.embedded.errors import EmbeddedUnavailable
from community.embedded.lease import Lease
from community.embedded.paths import Layout, layout_of, noted_home
from community.embedded.postgres import APP, OWNER, Postgres
from community.embedded.server import Outcome, Server
from community.embedded.valkey import Valkey


class Embedded:
    """PostgreSQL and Valkey of one instance.

    `acquire` makes them run and counts this process among their users; `release`, or the end of the process, takes it
    off the list, and the last one out stops them. A killed process leaves them up for the next start to adopt.
    """

    def __init__(
        self,
        instance_dir: Path,
        *,
        user: str | None = None,
        postgres: bool = True,
        valkey: bool = True,
    ) -> None:
        """Name the instance; nothing starts yet.

        `user` is whom the servers run as when we are root and the folder is root's (default: `postgres`, else
        `nobody`). `postgres` and `valkey` say which of the two this process needs.
        """
        self._instance = Path(instance_dir).resolve()
        self._user = user
        self._wanted = {"postgres": postgres, "valkey": valkey}

    @property
    def database_url(self) -> str:
        """The database for the application's role, which has no DDL."""
        return self._postgres.url(APP)

    @property
    def database_owner_url(self) -> str:
        """The database for the role that may change the schema."""
        return self._postgres.url(OWNER)

    @property
    def redis_url(self) -> str:
        return self._valkey.url

    @property
    def home(self) -> Path:
        """The folder of the servers' data: the instance, or a place of their own when their user cannot reach that."""
        return self._layout.home

    @property
    def notice(self) -> str | None:
        """What an operator should know: that the files do not lie in the instance folder, and why."""
        if self._layout.home == self._instance:
            return None
        return (
            f"They run as the user {self._account.name}, who cannot read {self._instance}: "
            f"data and programs are in {self._layout.home}."
        )

    @property
    def is_running(self) -> bool:
        """True while all that this process needs is alive. Costs microseconds."""
        return all(server.is_running() for server in self._needed.values())

    @property
    def is_deleted(self) -> bool:
        """True when the instance was deleted under us; only `release` makes sense then."""
        return self._lease.is_orphaned

    def acquire(self) -> dict[str, Outcome]:
        """Make the servers answer and become one of their users; again, later, to restart what died.

        Says of each server whether it was `started` or `adopted`. Raises EmbeddedUnavailable.
        """
        if self.is_deleted:
            raise EmbeddedUnavailable(f"{self._layout.home} was deleted while it was in use.")
        self._layout.prepare(self._account)
        with self._lease.gate():
            joins = not self._lease.held
            if joins:
                self._lease.take()
            try:
                outcome = {name: server.start() for name, server in self._needed.items()}
            except BaseException:
                if joins:
                    self._leave()
                raise
        if joins:
            atexit.register(self.release)
        return outcome

    def release(self) -> Literal["stopped", "others remain"] | None:
        """Stop being a user of the servers; the last one stops them. Does nothing in a forked child."""
        if not self._lease.held:
            return None
        atexit.unregister(self.release)
        with self._lease.gate():
            return self._leave()

    def _leave(self) -> Literal["stopped", "others remain"]:
        is_last = self._lease.is_last()
        if is_last:
            self._valkey.stop()
            self._postgres.stop()
            self._layout.clean_up()
        self._lease.drop()
        return "stopped" if is_last else "others remain"

    @cached_property
    def _account(self) -> Account:
        self._instance.mkdir(parents=True, exist_ok=True)
        homes = filter(None, (self._instance, noted_home(self._instance)))
        return choose_account(
            [folder for home in homes for folder in (home, home / "postgres")],
            self._user,
        )

    @cached_property
    def _layout(self) -> Layout:
        return layout_of(self._instance, self._account)

    @cached_property
    def _lease(self) -> Lease:
        return Lease(self._layout.run)

    @cached_property
    def _postgres(self) -> Postgres:
        return Postgres(self._layout, self._account)

    @cached_property
    def _valkey(self) -> Valkey:
        return Valkey(self._layout, self._account)

    @property
    def _needed(self) -> dict[str, Server]:
        servers: dict[str, Server] = {
            "postgres": self._postgres,
            "valkey": self._valkey,
        }
        return {name: server for name, server in servers.items() if self._wanted[name]}
