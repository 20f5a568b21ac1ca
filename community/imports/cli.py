"""The commands below `community import`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table

from community.core.errors import AppError
from community.imports import services
from community.imports.stackexchange.dump import BrokenDump
from community.imports.stackexchange.report import FAILURES_SHOWN, Failure, Report
from community.imports.stackexchange.staging import AlreadyRunning
from community.imports.target import Wish

group = AppGroup("import", help="Bring a community in from elsewhere.")


@group.command("stackexchange")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--community", "slug", required=True, help="Address of the community; it is made where it is missing.")
@click.option("--owner", help="Username of who owns a new community; the first site administrator unless told otherwise.")
@click.option("--name", help="Name of a new community.")
@click.option("--space", default="general", show_default=True, help="Address of the space the posts go to.")
def stackexchange(folder: Path, slug: str, owner: str | None, name: str | None, space: str) -> None:
    """Import the data dump of a Stack Exchange site: a FOLDER with Users.xml, Posts.xml and six more files.

    Repeating it changes nothing; an interrupted import goes on where it stopped. Ends with status 1 where a file is
    broken or missing, or where rows name users that Users.xml does not hold.
    """
    try:
        report = services.import_stackexchange(folder, Wish(slug, owner, name, space), _Bars(Console(stderr=True)))
    except AlreadyRunning:
        raise click.ClickException(f"Another import into {slug} is running.") from None
    except (BrokenDump, AppError) as error:
        raise click.ClickException(f"{error} Nothing was imported.") from None
    except KeyboardInterrupt:
        click.echo("\nStopped. The same command goes on from here.", err=True)
        sys.exit(130)
    show(report, Console(), slug)
    if not report.is_whole:
        sys.exit(1)


def show(report: Report, console: Console, slug: str) -> None:
    """Print what became of the rows."""
    _list("Taken with something missing", report.remarks, len(report.remarks), console)
    _list("Rows that could not be taken", report.failures, sum(line.failed for line in report.lines), console)
    console.print(_table(report, slug))
    console.print(f"{report.accepted:,} questions have an accepted answer; {report.names:,} accounts were made for people "
                  "known by name alone.", highlight=False)
    if report.missing_users:
        console.print(f"[bold red]The dump is not complete:[/] its rows name {report.missing_users:,} users that Users.xml "
                      f"does not hold (Id {', '.join(report.first_missing)}).", highlight=False)
    for line in report.lines:
        if not line.is_balanced:
            console.print(f"[bold red]{line.lost:,} rows of {line.name}.xml are not accounted for.[/]", highlight=False)


def _table(report: Report, slug: str) -> Table:
    table = Table(title=f"Import into {slug}", title_justify="left")
    table.add_column("File")
    for title in ("Read", "Imported", "Skipped", "Failed"):
        table.add_column(title, justify="right")
    for line in report.lines:
        numbers = (line.read, line.imported.total(), line.skipped.total(), line.failed)
        table.add_row(f"[bold]{line.name}.xml[/]", *(f"[bold]{number:,}[/]" for number in numbers))
        for words, count in line.imported.most_common():
            table.add_row(f"  {words}", "", f"{count:,}")
        for reason, count in line.skipped.most_common():
            table.add_row(f"  {reason}", "", "", f"{count:,}")
        table.add_section()
    return table


def _list(title: str, found: Sequence[Failure], total: int, console: Console) -> None:
    if not found:
        return
    console.print(f"[bold]{title}[/]", highlight=False)
    for failure in found:
        console.print(f"  {failure.file}, Id {failure.external_id}: {failure.reason}", markup=False, highlight=False)
    if total > FAILURES_SHOWN:
        console.print(f"  … and {total - FAILURES_SHOWN:,} more; all of them stand in the table import_records.")


class _Bars:
    """Progress bars on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Bars(*columns, console=self._console) as bars:
            task = bars.add_task(title, total=total or None)
            yield lambda done: bars.advance(task, done)
            bars.update(task, total=bars.tasks[0].completed)
