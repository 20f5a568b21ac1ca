"""What a community settled about writing in it: how long, which kinds, how deep, how often, and until when it is edited."""

from __future__ import annotations

import datetime as dt

from community.communities import preferences
from community.communities.preferences import Preferences
from community.core.authz import Decision, Deny
from community.core.clock import now
from community.core.errors import Invalid, TooFast
from community.core.viewer import Viewer


def settled(by: Viewer) -> Preferences:
    """The settings of the community at hand."""
    return preferences.of(by.community.settings if by.community else {})


def check_length(by: Viewer, text: str, *, field: str) -> None:
    """Hold a post's text to the least length. Raises `Invalid` at the field."""
    least = settled(by).post_min_length
    if len(text.strip()) < least:
        raise Invalid(fields={field: f"Write at least {least} characters; this text has {len(text.strip())}."})


def offered_kinds(by: Viewer, known: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of posts that may be started here, of those there are."""
    wanted = settled(by).kinds_enabled
    return tuple(kind for kind in known if not wanted or kind in wanted)


def check_kind(by: Viewer, kind: str) -> None:
    """Raises `Invalid` for a kind of posts nobody starts here."""
    if kind not in offered_kinds(by, (kind,)):
        raise Invalid(fields={"kind": "This kind of post is not started in this community."})


def can_still_edit(by: Viewer, written_at: dt.datetime | None) -> Decision:
    """Authors edit for so many minutes, where the community limits it; its staff at any time."""
    minutes = settled(by).edit_window_minutes
    if not minutes or by.is_staff or written_at is None or now() <= written_at + dt.timedelta(minutes=minutes):
        return True
    return Deny(f"What is written here can be edited for {minutes} minute{'s' if minutes > 1 else ''}.")


def check_pause(by: Viewer, last_at: dt.datetime | None) -> None:
    """Hold people to the pause between two comments; the staff needs none. Raises `TooFast`."""
    pause = settled(by).slow_mode_seconds
    if not pause or by.is_staff or last_at is None:
        return
    left = pause - (now() - last_at).total_seconds()
    if left > 0:
        raise TooFast(int(left) + 1, f"Comments are slowed down here: wait {int(left) + 1} seconds before the next one.")
