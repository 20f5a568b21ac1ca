"""Reaction bars to everybody who has the page open."""

from __future__ import annotations

from dataclasses import replace

from community.core import broadcast, subjects
from community.core.fragments import fragment, replaced
from community.core.viewer import Viewer
from community.reactions import queries


def bar_of(kind: str, subject: subjects.Subject, by: Viewer) -> queries.Bar:
    """The bar of one thing as it stands in this transaction."""
    found = queries.bars(kind, {subject.id: subject.public_id}, by.community.emoji if by.community else (),
                         url={subject.id: post_url(kind, subject)})
    return found[subject.id]


def post_url(kind: str, subject: subjects.Subject) -> str:
    """The address, without the slug, of the post a thing belongs to."""
    page = subjects.kind(kind).url_of(subject).partition("?")[0]
    head, _, tail = page.rpartition("/")
    return f"{head}/{tail.partition('-')[0]}"


def reacted(kind: str, subject: subjects.Subject, code: str, *, added: bool, by: Viewer) -> None:
    """Push the bar as it is now; at most one a second of one thing, the last one wins."""
    actor = str(by.user.public_id) if by.user else ""
    bar = replace(bar_of(kind, subject, by), actor=actor, op=f"{'add' if added else 'remove'}")
    html = replaced(bar.id, fragment("reactions/_bar.html", bar=bar, changed=code))
    broadcast.publish_counter(subjects.kind(kind).topic_of(subject), bar.id, html)
