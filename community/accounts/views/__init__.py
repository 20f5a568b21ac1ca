"""Pages of accounts."""

from community.accounts.views import access, development, settings

BLUEPRINTS = (access.bp, settings.bp, development.bp)
