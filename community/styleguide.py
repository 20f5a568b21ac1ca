"""Every component in every state on one page, with made-up people and words. Development only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Response

from community.core.clock import now
from community.core.responses import render
from community.core.viewer import Emoji
from community.core.web import blueprint

bp = blueprint("styleguide", access="anyone")


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    initials: str
    hue_index: int
    role: str = ""
    about: str = ""
    avatar: str = ""


@dataclass(frozen=True)
class Series:
    """Figures of one name for a chart."""

    name: str
    data: tuple[int, ...]


NOOR = Person("Noor Haddad", "NH", 9, "Host", "Hosting this week")
TOMAS = Person("Tomas Lindqvist", "TL", 7, "Steward", "In Craft talk")
PRIYA = Person("Priya Raman", "PR", 11, "", "Writing a comment")
IDA = Person("Ida Moreau", "IM", 1)
JONAS = Person("Jonas Weber", "JW", 5)
EMOJI = (Emoji("like", "Like", "👍", True), Emoji("love", "Love", "❤️", False), Emoji("fire", "Fire", "🔥", False),
         Emoji("sparkle", "Sparkle", "✨", False), Emoji("mind_blown", "Mind blown", "🤯", False),
         Emoji("laugh", "Laugh", "😂", False), Emoji("cry", "Cry", "😢", False), Emoji("angry", "Angry", "😠", False))
COMMENTS = (17, 25, 16, 28, 23, 17, 10, 25, 18, 31, 27, 30, 12, 9, 29, 23, 27, 20, 25, 10, 20, 21, 31, 29, 36, 29, 14, 23)
POSTS = (6, 9, 9, 6, 4, 6, 4, 9, 7, 8, 5, 5, 3, 5, 6, 4, 8, 6, 4, 4, 6, 9, 10, 12, 9, 11, 9, 10)


@bp.get("/styleguide")
def show() -> Response:
    """The page."""
    return render("styleguide/index.html", **samples())


def samples() -> dict[str, Any]:
    """What the page shows: people, moments, reactions and figures."""
    today = now()
    return {
        "noor": NOOR, "tomas": TOMAS, "priya": PRIYA, "ida": IDA, "jonas": JONAS,
        "people": (NOOR, TOMAS, PRIYA, IDA, JONAS),
        "hours_ago": today - dt.timedelta(hours=2), "minutes_ago": today - dt.timedelta(minutes=45),
        "yesterday": today - dt.timedelta(days=1), "years_ago": today.replace(year=2011, day=1),
        "emoji": EMOJI,
        "chips": tuple((one.code, one, one.label, n) for one, n in zip(EMOJI, (24, 11, 6), strict=False)),
        "figures": {
            "labels": tuple(f"{day} Oct" if day < 32 else f"{day - 31} Nov" for day in range(25, 53)),
            "series": (Series("Comments", COMMENTS), Series("Posts", POSTS)),
        },
    }
