"""The tables this release needs, and the way there. Imports nothing heavy: the launcher asks here too."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@cache
def newest() -> str:
    """The number of the newest revision. They are one line, and a file is named after its number."""
    return max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py")).partition("_")[0]


def migrations() -> Any:  # noqa: ANN401 - a module without types
    """Flask-Migrate's commands (`upgrade`, `downgrade`, `check` …) for the present application.

    Alembic comes with them, a tenth of a second that no start has to wait for.
    """
    import flask_migrate
    from flask import current_app

    from community.extensions import db

    if "migrate" not in current_app.extensions:
        flask_migrate.Migrate(current_app, db, directory=str(FOLDER))
    return flask_migrate
