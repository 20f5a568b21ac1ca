"""The routes of the API."""

from community.api.basis import BLUEPRINTS
from community.api.views import members, places, posts

__all__ = ["BLUEPRINTS", "members", "places", "posts"]
