"""What people do with communities and spaces: founding, joining, leaving, opening spaces; and what is counted and tagged."""

from community.communities.services.counting import (
    count_comment,
    count_post,
    count_reaction,
    count_topics,
    recompute_contributions,
)
from community.communities.services.emoji import add_emoji, change_emoji, move_emoji
from community.communities.services.ending import GRACE, delete_community, purge_one, restore_community
from community.communities.services.founding import create_community
from community.communities.services.inviting import (
    Invited,
    Offer,
    accept_invite,
    create_invite,
    invite_addresses,
    note_mailed,
    revoke_invite,
)
from community.communities.services.membership import dismiss_welcome, join, leave
from community.communities.services.requests import Question, approve_request, decline_request, set_questions
from community.communities.services.roles import (
    accept_ownership,
    change_role,
    decline_ownership,
    describe_member,
    expire_offers,
    offer_ownership,
    withdraw_ownership,
)
from community.communities.services.settings import (
    Access,
    StaleSettings,
    Widens,
    update_access,
    update_community,
    update_preferences,
)
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
from community.communities.services.trust import consider_trust, end_what_expired, recompute_trust, set_trust

__all__ = [
    "GRACE",
    "Access",
    "Followers",
    "Invited",
    "Offer",
    "Question",
    "StaleSettings",
    "Widens",
    "accept_invite",
    "accept_ownership",
    "add_emoji",
    "approve_request",
    "approve_space_request",
    "archive_space",
    "ban_from_space",
    "change_category",
    "change_emoji",
    "change_role",
    "change_tag",
    "consider_trust",
    "count_comment",
    "count_post",
    "count_reaction",
    "count_topics",
    "create_category",
    "create_community",
    "create_invite",
    "create_space",
    "decline_ownership",
    "decline_request",
    "decline_space_request",
    "delete_category",
    "delete_community",
    "delete_space",
    "describe_member",
    "dismiss_welcome",
    "end_what_expired",
    "expire_offers",
    "give_space_role",
    "hold_space",
    "invite_addresses",
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
    "note_mailed",
    "offer_ownership",
    "order_spaces",
    "purge_one",
    "recompute_contributions",
    "recompute_trust",
    "register_followers",
    "remove_from_space",
    "restore_community",
    "revoke_invite",
    "set_questions",
    "set_trust",
    "tag_ids",
    "unban_from_space",
    "unmute_in_space",
    "update_access",
    "update_community",
    "update_preferences",
    "update_space",
    "withdraw_ownership",
]
