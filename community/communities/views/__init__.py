"""Pages of communities."""

from community.communities.views import directory, lobby, spaces

BLUEPRINTS = (directory.bp, lobby.bp, spaces.bp)
