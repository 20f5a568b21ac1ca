"""The commands of an operator, but for `serve`. Each imports what it runs."""

from __future__ import annotations

import sys
from importlib import import_module

import click
from flask.cli import AppGroup, with_appcontext

from community.core import schema


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the schema up to date. Safe to run twice at once."""
    schema.migrations().upgrade()


@click.command()
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Write the next migration: what the models have and the tables lack. Read it before you trust it."""
    schema.migrations().revision(message=message, autogenerate=True)


@click.command()
@click.option("--demo/--no-demo", "with_demo", default=False, help="Fill an empty instance with a demo community.")
@with_appcontext
def prepare(with_demo: bool) -> None:
    """What `serve` does before it opens: migrate, and load the demo if asked to. One process, because each costs a second."""
    schema.migrations().upgrade()
    if with_demo:
        import_module("community.demo").load(only_if_empty=True, echo=click.echo)


@click.command()
def worker() -> None:
    """Run the queue's worker with its scheduler."""
    sys.exit(import_module("community.worker").run())


demo = AppGroup("demo", help="A community to look at.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing on an instance that has accounts.")
def demo_load(if_empty: bool) -> None:
    """Fill the instance with a demo community. Repeated runs change nothing."""
    import_module("community.demo").load(only_if_empty=if_empty, echo=click.echo)


admin = AppGroup("admin", help="Site administrators.")


@admin.command("grant")
@click.argument("username")
def admin_grant(username: str) -> None:
    """Make an account a site administrator."""
    _change_admin("grant_admin", username, "is a site administrator now")


@admin.command("revoke")
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


job = AppGroup("job", help="Scheduled jobs.")


@job.command("run")
@click.argument("name")
def job_run(name: str) -> None:
    """Run a scheduled job now."""
    try:
        run = import_module("community.core.jobs").run_job(name)
    except KeyError as error:
        raise click.ClickException(str(error.args[0])) from None
    click.echo(f"{run.name}: {run.status}")
