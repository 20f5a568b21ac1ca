"""What all parts of an import share: where the rows come from, where they go, and how a batch is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from psycopg.errors import UniqueViolation

from community.core.transactions import unit_of_work
from community.imports.records import Fate, Ledger, failed, skipped
from community.imports.stackexchange.rows import Refused, Row, Skipped
from community.imports.stackexchange.staging import Staging

TRIES = 3
T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """One run into one space. `advance` hears how many rows are done."""

    staging: Staging
    ledger: Ledger
    community_id: int
    space_id: int
    advance: Callable[[int], None]

    def each(self, batches: Iterable[Sequence[T]], work: Callable[[Sequence[T]], None]) -> None:
        """Do each batch in a transaction of its own, together with the records of its rows."""
        for batch in batches:
            self._do(batch, work)
            self.advance(len(batch))

    def pending(self, kind: str, rows: Iterable[Row]) -> list[Row]:
        """The rows that were not imported yet."""
        found = list(rows)
        done = self.ledger.imported(kind, [row.external_id for row in found])
        return [row for row in found if row.external_id not in done]

    def _do(self, batch: Sequence[T], work: Callable[[Sequence[T]], None]) -> None:
        """A name that somebody took while the batch ran makes it run again."""
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                with unit_of_work():
                    work(batch)
            except UniqueViolation:
                if last:
                    raise
            else:
                return


def read_each(rows: Iterable[Row], read: Callable[[Row], T]) -> tuple[dict[str, T], dict[str, Fate]]:
    """What `read` makes of each row, by its id, and the fates of those it did not take."""
    taken: dict[str, T] = {}
    fates: dict[str, Fate] = {}
    for row in rows:
        try:
            row.check()
            taken[row.external_id] = read(row)
        except Refused as reason:
            fates[row.external_id] = failed(str(reason))
        except Skipped as reason:
            fates[row.external_id] = skipped(str(reason))
    return taken, fates
