"""Reaction bars to everybody who has the page open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from community.core import broadcast, subjects
from community.core.fragments import fragment, replaced
from community.core.viewer import Viewer
from community.reactions import queries


def bar_of(kind: str, subject: subjects.Subject, by: Viewer) -> queries.Bar:
    """The bar of one thing as it stands in this transaction."""
    target = queries.Target(subject.id, subject.public_id, subject.rev, subjects.kind(kind).base_of(subject))
    return queries.bars(kind, [target], by.community.emoji if by.community else ())[subject.id]


def reacted(kind: str, subject: subjects.Subject, ops: Mapping[str, str], *, by: Viewer) -> None:
    """Push the bar as it is now, with what its reader did; at most one a second of one thing, the last one wins."""
    actor = by.user.public_id if by.user else ""
    bar = replace(bar_of(kind, subject, by), actor=actor, ops=ops)
    html = replaced(bar.id, fragment("reactions/_bar.html", bar=bar))
    broadcast.publish_counter(subjects.kind(kind).topic_of(subject), bar.id, html)
