"""One command runs it all: the embedded servers, the set-up, the web server and the worker under one parent.

The parent keeps the lease of the embedded servers, starts again whatever dies, and takes everything down with it, also
when it is killed itself.
"""

from __future__ import annotations

import sys

from pydantic import ValidationError

from community.config import Config
from community.launch.commands import Commands
from community.launch.launcher import Launcher, find_services_of


def serve(*, demo: bool) -> int:
    """Run the site until a signal ends it; with `demo`, an empty instance gets the demo first. Returns the exit status.

    0 after a stop that was asked for; 1 when something could not start, which is then said on standard error.
    """
    try:
        config = Config.load()
        _ = config.signing_secret  # made or refused now, not in the first request
    except (ValidationError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return Launcher(config, Commands.of_site(demo=demo)).run()


def with_services(config: Config) -> Config:
    """The configuration with every address filled in; embedded servers are in use until this process ends.

    For commands that are run beside the site, or without it. Raises EmbeddedUnavailable.
    """
    services = find_services_of(config).start()
    addresses = {
        "database_url": services.database_url,
        "database_owner_url": services.database_owner_url,
        "redis_url": services.redis_url,
    }
    return config.model_copy(update=addresses)
