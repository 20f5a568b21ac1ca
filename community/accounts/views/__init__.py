"""Pages of accounts."""

from community.accounts.views import access, development, settings, signup, terms, verification

BLUEPRINTS = (access.bp, signup.bp, verification.bp, settings.bp, terms.bp, development.bp)
