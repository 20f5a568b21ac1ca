"""Pages of posts."""

from community.posts.views import composing, reading

BLUEPRINTS = (reading.bp, composing.bp)
