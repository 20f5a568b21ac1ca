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
)
from community.communities.events.spaces import (
    SpaceCreated,
    SpaceMemberJoined,
    SpaceMemberLeft,
)

__all__ = [
    "CommunityCreated",
    "MemberApproved",
    "MemberDeclined",
    "MemberJoined",
    "MemberLeft",
    "MemberRequested",
    "SpaceCreated",
    "SpaceMemberJoined",
    "SpaceMemberLeft",
]
