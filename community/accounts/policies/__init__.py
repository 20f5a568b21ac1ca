"""Who may do what with accounts, a module each theme."""

from community.accounts.policies.acting import (
    can_act,
    can_revoke_session,
    can_write,
)
from community.accounts.policies.administering import (
    can_administer,
    can_appoint,
    can_judge,
)
from community.accounts.policies.apart import (
    Surface,
    can_meet,
    hidden_from,
    hidden_members,
    hidden_people,
    hiding,
    may_reveal,
    not_among,
    not_hidden,
    unexpired,
)
from community.accounts.policies.leaving import (
    register_owning,
    what_keeps,
)
from community.accounts.policies.profiles import (
    Level,
    can_follow,
    can_keep_apart,
    listed_people,
    profile_level,
    register_sharing,
    shares_community,
    visible_profiles,
)

__all__ = [
    "Level", "Surface", "can_act", "can_administer", "can_appoint", "can_follow", "can_judge", "can_keep_apart",
    "can_meet", "can_revoke_session", "can_write", "hidden_from", "hidden_members", "hidden_people", "hiding",
    "listed_people", "may_reveal", "not_among", "not_hidden", "profile_level", "register_owning",
    "register_sharing", "shares_community", "unexpired", "visible_profiles", "what_keeps",
]
