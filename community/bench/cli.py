"""`community bench …`"""

from __future__ import annotations

from pathlib import Path

import click

group = click.Group("bench", help="Measure what pages and sockets cost on this machine.")


@group.command("pages")
@click.option("--posts", default=100_000, show_default=True, help="Size of the community that is measured.")
@click.option("--requests", "count", default=400, show_default=True, help="Requests per measurement; five are taken.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures to this file.")
def pages(posts: int, count: int, target: Path | None) -> None:
    """CPU, statements, bytes and speed of each page, and the ratios to a page of cards without a database."""
    from community.bench.pages import main

    main(posts=posts, count=count, target=target)


@group.command("people")
@click.option("--users", default=100_000, show_default=True, help="People of the site.")
@click.option("--communities", default=1000, show_default=True, help="Communities of the site.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures to this file.")
def people(users: int, communities: int, target: Path | None) -> None:
    """Looking people up, searching them, the directory, and the check of who may read a post."""
    from community.bench.people import main

    main(users=users, communities=communities, target=target)


@group.command("realtime")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures to this file.")
def realtime(target: Path | None) -> None:
    """Time from commit to socket, in a room of 20 and of 1,000."""
    from community.bench.realtime import main

    main(target)


@group.command("survival")
@click.option("--comments", "count", default=2000, show_default=True, help="Replies to write.")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures to this file.")
def survival(count: int, target: Path | None) -> None:
    """Kill web, worker, PostgreSQL and Valkey in turn while replies are written: is anything lost or doubled?"""
    from community.bench.survival import main

    main(count=count, target=target)
