"""What happens to communities, members and spaces."""

from community.communities.events.invites import InviteCreated, InviteRevoked, InviteUsed
from community.communities.events.members import (
    MemberApproved,
    MemberDeclined,
    MemberJoined,
    MemberLeft,
    MemberRequested,
)
from community.communities.events.places import (
    CommunityCreated,
    CommunityDeleted,
    CommunityRestored,
    CommunityUpdated,
    StorageThresholdReached,
)
from community.communities.events.roles import (
    MemberRoleChanged,
    MemberStatusChanged,
    MemberTrustChanged,
    OwnershipOffered,
    OwnershipTransferred,
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
    "CommunityDeleted",
    "CommunityRestored",
    "CommunityUpdated",
    "InviteCreated",
    "InviteRevoked",
    "InviteUsed",
    "MemberApproved",
    "MemberDeclined",
    "MemberJoined",
    "MemberLeft",
    "MemberRequested",
    "MemberRoleChanged",
    "MemberStatusChanged",
    "MemberTrustChanged",
    "OwnershipOffered",
    "OwnershipTransferred",
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
    "StorageThresholdReached",
]
