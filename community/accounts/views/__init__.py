"""Pages of accounts."""

from community.accounts.views import (
    access,
    confirming,
    connections,
    development,
    keys,
    leaving,
    links,
    oauth,
    people,
    presenting,
    relations,
    security,
    settings,
    signup,
    terms,
    verification,
)

BLUEPRINTS = (access.bp, confirming.bp, links.bp, signup.bp, verification.bp, settings.bp, presenting.bp, people.bp,
              relations.bp, security.bp, terms.bp, development.bp, oauth.bp, connections.bp, keys.bp,
              leaving.bp)
