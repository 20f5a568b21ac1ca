"""Pages of communities."""

from community.communities.views import directory, emoji, lobby, space_members, space_settings, spaces, taxonomy

BLUEPRINTS = (directory.bp, lobby.bp, spaces.bp, space_members.bp, space_settings.bp, taxonomy.bp, emoji.bp)
