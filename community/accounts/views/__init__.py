"""Pages of accounts."""

from community.accounts.views import (
              access,
              confirming,
              development,
              links,
              security,
              settings,
              signup,
              terms,
              verification,
)

BLUEPRINTS = (access.bp, confirming.bp, links.bp, signup.bp, verification.bp, settings.bp, security.bp, terms.bp,
              development.bp)
