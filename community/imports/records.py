"""The fate of every row of a source: what makes an import repeatable, and what its report is counted from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from community.core import bulk
from community.extensions import db
from community.imports.models import ImportRecord


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a row. `reason` says why it was not taken, or what is odd about it."""

    outcome: str
    reason: str = ""
    entity_type: str | None = None
    entity_id: int | None = None

    @property
    def is_imported(self) -> bool:
        return self.outcome == "IMPORTED"


def imported(entity_type: str, entity_id: int, note: str = "") -> Fate:
    """The row became this entity, or a part of it."""
    return Fate("IMPORTED", note, entity_type, entity_id)


def skipped(reason: str) -> Fate:
    """The row has no place here."""
    return Fate("SKIPPED", reason)


def failed(reason: str) -> Fate:
    """The row cannot be taken."""
    return Fate("FAILED", reason)


class Ledger:
    """The records of one source. Only an imported row is settled for good: the others are looked at again by each run."""

    def __init__(self, source: str) -> None:
        self.source = source

    def known(self, kind: str, external_ids: Collection[str]) -> dict[str, Fate]:
        """What became of these rows in this run or an earlier one, by their ids; unknown ones are missing."""
        if not external_ids:
            return {}
        columns = (ImportRecord.external_id, ImportRecord.outcome, ImportRecord.reason, ImportRecord.entity_type,
                   ImportRecord.entity_id)
        rows = db.session.execute(select(*columns).where(
            ImportRecord.source == self.source, ImportRecord.kind == kind, bulk.among(ImportRecord.external_id, external_ids)))
        return {row.external_id: Fate(*row[1:]) for row in rows}

    def imported(self, kind: str, external_ids: Collection[str]) -> dict[str, tuple[str, int]]:
        """Type and id of what these rows became, as far as they were imported."""
        return {external_id: (fate.entity_type or "", fate.entity_id or 0)
                for external_id, fate in self.known(kind, external_ids).items() if fate.is_imported}

    def settle(self, kind: str, fates: Mapping[str, Fate]) -> None:
        """Note what became of rows, by their ids, in the present transaction; what is known already is not written."""
        known = self.known(kind, fates)
        new = {external_id: fate for external_id, fate in fates.items() if external_id not in known}
        bulk.copy_rows(
            ImportRecord, ("source", "kind", "external_id", "outcome", "reason", "entity_type", "entity_id"),
            ((self.source, kind, external_id, fate.outcome, fate.reason, fate.entity_type, fate.entity_id)
             for external_id, fate in new.items()))
        for external_id, fate in fates.items():
            if external_id in known and known[external_id] != fate:
                db.session.execute(update(ImportRecord).where(
                    ImportRecord.source == self.source, ImportRecord.kind == kind,
                    ImportRecord.external_id == external_id).values(
                    outcome=fate.outcome, reason=fate.reason, entity_type=fate.entity_type, entity_id=fate.entity_id))
