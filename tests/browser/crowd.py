"""Makes casts on the running site, as one more of its processes: `python -m tests.browser.crowd`.

Writes a cast as a line of JSON, and the next one for each line it reads. So one is always there before it is asked for.
"""

from __future__ import annotations

import itertools
import sys

from argon2 import PasswordHasher, profiles

from community.app import create_app
from community.config import Config
from community.core import crypto
from community.extensions import db
from tests.cast import assemble


def main() -> None:
    crypto.hasher = PasswordHasher.from_parameters(profiles.CHEAPEST)
    with create_app(Config.load()).app_context():
        for number in itertools.count(1):
            print(assemble(number).to_json(), flush=True)
            db.session.remove()
            if not sys.stdin.readline():
                return


if __name__ == "__main__":
    main()
