"""What people do with communities and spaces: founding, joining, leaving, opening spaces; and what is counted and tagged."""

from community.communities.services.counting import count_comment, count_post, count_reaction, count_topics
from community.communities.services.emoji import add_emoji, change_emoji, move_emoji
from community.communities.services.founding import create_community
from community.communities.services.membership import approve_request, decline_request, join, leave
from community.communities.services.space_members import (
    approve_space_request,
    ban_from_space,
    decline_space_request,
    give_space_role,
    invite_to_space,
    mute_in_space,
    remove_from_space,
    unban_from_space,
    unmute_in_space,
)
from community.communities.services.space_settings import (
    archive_space,
    delete_space,
    hold_space,
    move_space,
    order_spaces,
    update_space,
)
from community.communities.services.spaces import create_space, join_by_posting, join_space, leave_space
from community.communities.services.tagging import tag_ids
from community.communities.services.taxonomy import (
    change_category,
    change_tag,
    create_category,
    delete_category,
    merge_tags,
    move_category,
)
from community.communities.services.topics import Followers
from community.communities.services.topics import register as register_followers

__all__ = [
    "Followers",
    "add_emoji",
    "approve_request",
    "approve_space_request",
    "archive_space",
    "ban_from_space",
    "change_category",
    "change_emoji",
    "change_tag",
    "count_comment",
    "count_post",
    "count_reaction",
    "count_topics",
    "create_category",
    "create_community",
    "create_space",
    "decline_request",
    "decline_space_request",
    "delete_category",
    "delete_space",
    "give_space_role",
    "hold_space",
    "invite_to_space",
    "join",
    "join_by_posting",
    "join_space",
    "leave",
    "leave_space",
    "merge_tags",
    "move_category",
    "move_emoji",
    "move_space",
    "mute_in_space",
    "order_spaces",
    "register_followers",
    "remove_from_space",
    "tag_ids",
    "unban_from_space",
    "unmute_in_space",
    "update_space",
]
