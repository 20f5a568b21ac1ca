"""What people do with communities and spaces: founding, joining, leaving, opening spaces; and what is counted and tagged."""

from community.communities.services.counting import count_comment, count_post, count_reaction
from community.communities.services.founding import create_community
from community.communities.services.membership import approve_request, decline_request, join, leave
from community.communities.services.spaces import create_space, join_space, leave_space
from community.communities.services.tagging import tag_ids

__all__ = [
    "approve_request",
    "count_comment",
    "count_post",
    "count_reaction",
    "create_community",
    "create_space",
    "decline_request",
    "join",
    "join_space",
    "leave",
    "leave_space",
    "tag_ids",
]
