"""What a start finds in the database."""

from __future__ import annotations

from community.core import schema


def is_set_up(database_url: str, *, demo: bool) -> bool:
    """Whether the tables are those of this release and, with `demo`, somebody is there: then there is nothing to set up.

    A process that imports the application only to find that out takes longer than all the rest of a start.
    """
    import psycopg  # only now: the web server is on its way already

    try:
        with psycopg.connect(database_url.replace("+psycopg", "", 1), connect_timeout=5) as connection:
            applied = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            is_peopled = connection.execute("SELECT EXISTS (SELECT FROM users)").fetchone() == (True,)
    except psycopg.Error:
        return False  # the set-up says what is wrong
    return applied == [(schema.newest(),)] and (is_peopled or not demo)
