"""Changing pictures, and serving them."""

from community.media.views import changing, serving

BLUEPRINTS = (serving.bp, changing.people, changing.places)
