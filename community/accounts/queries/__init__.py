"""Reading accounts, a module each theme."""

from community.accounts.looking import (
    note_profile_view,
)
from community.accounts.queries.accounts import (
    by_email,
    by_identifier,
    has_site_admin,
    is_username_taken,
    own_sessions,
    session_by_token,
    signed_up_as,
    unused_username,
    usable_token,
    with_profile,
)
from community.accounts.queries.connections import (
    linked_to,
    own_connections,
)
from community.accounts.queries.profiles import (
    SOCIAL,
    PersonPage,
    Renamed,
    by_username,
    get_person,
    person_page,
    search_people,
)
from community.accounts.queries.relations import (
    Apart,
    Asking,
    follow_of,
    follow_request_count,
    follow_requests,
    followers,
    following,
    follows_since_yesterday,
    hidden_public_ids,
    is_blocked,
    kept_apart,
    relations_of,
    silenced,
    ties,
    who_keep_apart,
)

__all__ = [
    "SOCIAL", "Apart", "Asking", "PersonPage", "Renamed", "by_email", "by_identifier", "by_username", "follow_of",
    "follow_request_count", "follow_requests", "followers", "following", "follows_since_yesterday", "get_person",
    "has_site_admin", "hidden_public_ids", "is_blocked", "is_username_taken", "kept_apart", "linked_to",
    "note_profile_view", "own_connections", "own_sessions", "person_page", "relations_of", "search_people",
    "session_by_token", "signed_up_as", "silenced", "ties", "unused_username", "usable_token", "who_keep_apart",
    "with_profile",
]
