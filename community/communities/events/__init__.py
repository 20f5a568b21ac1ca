"""What happens to communities, members and spaces."""

from community.communities.events.members import (
    MemberApproved,
    MemberDeclined,
    MemberJoined,
    MemberLeft,
    MemberRequested,
)
from community.communities.events.places import (
    CommunityCreated,
    EmojiChanged,
    TaxonomyChanged,
)
from community.communities.events.spaces import (
    SpaceArchived,
    SpaceCreated,
    SpaceDeleted,
    SpaceMemberApproved,
    SpaceMemberDeclined,
    SpaceMemberInvited,
    SpaceMemberJoined,
    SpaceMemberLeft,
    SpaceMemberRequested,
    SpaceMemberRestricted,
    SpaceMemberRoleChanged,
    SpaceUpdated,
    SpaceVisibilityChanged,
)

__all__ = [
    "CommunityCreated",
    "EmojiChanged",
    "MemberApproved",
    "MemberDeclined",
    "MemberJoined",
    "MemberLeft",
    "MemberRequested",
    "SpaceArchived",
    "SpaceCreated",
    "SpaceDeleted",
    "SpaceMemberApproved",
    "SpaceMemberDeclined",
    "SpaceMemberInvited",
    "SpaceMemberJoined",
    "SpaceMemberLeft",
    "SpaceMemberRequested",
    "SpaceMemberRestricted",
    "SpaceMemberRoleChanged",
    "SpaceUpdated",
    "SpaceVisibilityChanged",
    "TaxonomyChanged",
]
