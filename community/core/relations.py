"""How a viewer stands to people they do not meet everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """Somebody the viewer does not meet everywhere.

    `kind` is `BLOCKS` (the viewer blocked them), `BLOCKED_BY`, or the kind of the viewer's mute, which may end at `until`.
    """

    user_id: int
    kind: str
    until: dt.datetime | None = None
    member_ids: tuple[int, ...] = ()
    """Their memberships in the community at hand; without one, in the viewer's communities."""
