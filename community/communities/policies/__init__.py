"""Who may read what, and who may do what with communities and spaces."""

from community.communities.policies.belonging import (
    can_answer_requests,
    can_create_community,
    can_join,
    can_leave,
)
from community.communities.policies.reading import (
    ADMINS,
    READING,
    STAFF,
    can_know_community,
    can_know_space,
    can_read_community,
    can_read_space,
    can_see_members,
    moderators_see_all,
    readable_communities,
    standing,
    visible_communities,
    visible_spaces,
)
from community.communities.policies.writing import (
    can_comment_in,
    can_create_space,
    can_join_space,
    can_post_in,
    can_write_here,
)

__all__ = [
    "ADMINS",
    "READING",
    "STAFF",
    "can_answer_requests",
    "can_comment_in",
    "can_create_community",
    "can_create_space",
    "can_join",
    "can_join_space",
    "can_know_community",
    "can_know_space",
    "can_leave",
    "can_post_in",
    "can_read_community",
    "can_read_space",
    "can_see_members",
    "can_write_here",
    "moderators_see_all",
    "readable_communities",
    "standing",
    "visible_communities",
    "visible_spaces",
]
