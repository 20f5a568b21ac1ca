"""Pages of communities."""

from community.communities.views import (
    directory,
    emoji,
    invites,
    lobby,
    people,
    roles,
    settings,
    space_members,
    space_settings,
    spaces,
    taxonomy,
)

BLUEPRINTS = (directory.bp, invites.bp, lobby.bp, people.bp, roles.bp, roles.handover, settings.bp, settings.shut, spaces.bp,
              space_members.bp, space_settings.bp, taxonomy.bp, emoji.bp)
