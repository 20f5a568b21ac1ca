"""Pages that are lists of posts, and the page of a person."""

from community.feeds.views import lists, people, showcase, topics

BLUEPRINTS = (lists.site, lists.bp, people.bp, showcase.bp, topics.bp)
