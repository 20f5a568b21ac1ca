"""The console script: `python -m community COMMAND`.

The application is imported by the commands that need it: it takes a second, and `serve` only starts others.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup, with_appcontext

from community import launch
from community.config import Config
from community.embedded import EmbeddedUnavailable


def _app() -> Flask:
    from community.app import MissingService, create_app

    try:
        return create_app(launch.with_services(Config.load()))
    except (MissingService, EmbeddedUnavailable) as error:
        raise click.ClickException(str(error)) from None


@click.group(cls=FlaskGroup, create_app=_app, add_default_commands=False, add_version_option=False)
def community() -> None:
    """Run and operate an installation of Community."""


@community.command(with_appcontext=False)
@click.option("--demo/--no-demo", default=False, help="Fill an empty instance with a demo community.")
def serve(demo: bool) -> None:
    """Start everything: embedded servers where no URL is set, migrations, web and worker. Ctrl-C stops all of it."""
    sys.exit(launch.serve(demo=demo))


@community.command()
@with_appcontext
def migrate() -> None:
    """Bring the schema up to date. Safe to run twice at once."""
    import_module("flask_migrate").upgrade()


@community.command()
@click.option("--demo/--no-demo", default=False, help="Fill an empty instance with a demo community.")
@with_appcontext
def prepare(demo: bool) -> None:
    """What `serve` does before it opens: migrate, and load the demo if asked to. One process, because each costs a second."""
    import_module("flask_migrate").upgrade()
    if demo:
        import_module("community.demo").load(only_if_empty=True, echo=click.echo)


@community.command(with_appcontext=False)
def worker() -> None:
    """Run the queue's worker with its scheduler."""
    sys.exit(import_module("community.worker").run())


demo_group = AppGroup("demo", help="A community to look at.")


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing on an instance that has accounts.")
def demo_load(if_empty: bool) -> None:
    """Fill the instance with a demo community. Repeated runs change nothing."""
    import_module("community.demo").load(only_if_empty=if_empty, echo=click.echo)


admin_group = AppGroup("admin", help="Site administrators.")


@admin_group.command("grant")
@click.argument("username")
def admin_grant(username: str) -> None:
    """Make an account a site administrator."""
    _change_admin("grant_admin", username, "is a site administrator now")


@admin_group.command("revoke")
@click.argument("username")
def admin_revoke(username: str) -> None:
    """Take the role of a site administrator away; the last one keeps it."""
    _change_admin("revoke_admin", username, "is no site administrator any more")


def _change_admin(service: str, username: str, done: str) -> None:
    from community.core.errors import AppError
    from community.core.transactions import unit_of_work

    try:
        with unit_of_work():
            user = getattr(import_module("community.admin.services"), service)(username)
    except AppError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{user.username} {done}.")


job_group = AppGroup("job", help="Scheduled jobs.")


@job_group.command("run")
@click.argument("name")
def job_run(name: str) -> None:
    """Run a scheduled job now."""
    try:
        run = import_module("community.core.jobs").run_job(name)
    except KeyError as error:
        raise click.ClickException(str(error.args[0])) from None
    click.echo(f"{run.name}: {run.status}")


for group in (demo_group, admin_group, job_group):
    community.add_command(group)


def _mount(module: str, attribute: str) -> None:
    """Add the commands of a part that brings its own."""
    community.add_command(getattr(import_module(module), attribute))


def main() -> None:
    """Entry of the console script."""
    here = Path(__file__).parent
    if (here / "imports" / "cli.py").exists():
        _mount("community.imports.cli", "group")
    if (here / "bench" / "cli.py").exists():
        _mount("community.bench.cli", "group")
    community.main(prog_name="community")
