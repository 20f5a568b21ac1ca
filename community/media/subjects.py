"""Pages of lower tiers show pictures and how they are changed."""

from __future__ import annotations

from flask import Flask

from community.core import pictures
from community.media import queries


def register(app: Flask) -> None:
    """Make the panels of pictures known."""
    pictures.register(queries.panels)
