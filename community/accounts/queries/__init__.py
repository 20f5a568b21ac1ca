"""Reading accounts, a module each theme."""

from community.accounts.queries.accounts import (
    PersonPage,
    by_email,
    by_identifier,
    get_profile,
    has_site_admin,
    is_username_taken,
    own_sessions,
    person_page,
    session_by_token,
    signed_up_as,
    unused_username,
    usable_token,
    with_profile,
)
from community.accounts.queries.connections import linked_to, own_connections

__all__ = [
    "PersonPage",
    "by_email",
    "by_identifier",
    "get_profile",
    "has_site_admin",
    "is_username_taken",
    "linked_to",
    "own_connections",
    "own_sessions",
    "person_page",
    "session_by_token",
    "signed_up_as",
    "unused_username",
    "usable_token",
    "with_profile",
]
