"""Pages of accounts."""

from community.accounts.views import access, development, settings, signup, verification

BLUEPRINTS = (access.bp, signup.bp, verification.bp, settings.bp, development.bp)
