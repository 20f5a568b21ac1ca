"""The console script: `python -m community COMMAND`.

A command is imported when it is called: most need the application, which takes a second, and `serve` only starts others.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

COMMANDS = {
    **{name: f"community.commands:{name}" for name in ("migrate", "revision", "prepare", "worker", "demo", "admin", "job")},
    "import": "community.imports.cli:group",
    "bench": "community.bench.cli:group",
}
"""Where the commands are that work on an application."""


class Commands(click.Group):
    """Finds the commands of `COMMANDS` when they are asked for, and gives them the application when they want one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        from flask.cli import ScriptInfo

        ctx.obj = ctx.obj or ScriptInfo(create_app=_app)
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=Commands)
def community() -> None:
    """Run and operate an installation of Community."""


@community.command()
@click.option("--demo/--no-demo", default=False, help="Fill an empty instance with a demo community.")
def serve(demo: bool) -> None:
    """Start everything: embedded servers where no URL is set, migrations, web and worker. Ctrl-C stops all of it."""
    from community import launch

    sys.exit(launch.serve(demo=demo))


def main() -> None:
    """Entry of the console script."""
    community.main(prog_name="community")


def _app() -> Flask:
    from community import launch
    from community.app import MissingService, create_app
    from community.config import Config
    from community.embedded import EmbeddedUnavailable

    try:
        return create_app(launch.with_services(Config.load()))
    except (MissingService, EmbeddedUnavailable) as error:
        raise click.ClickException(str(error)) from None
