"""Tables of communities."""

from community.communities.models.coming import Invite, InviteUse, JoinQuestion, OwnershipOffer, SlugRedirect
from community.communities.models.members import Member, MemberCount, MemberPeriod, SpaceMember
from community.communities.models.places import Community, Space
from community.communities.models.taxonomy import Category, CommunityEmoji, Tag, TopicCount

__all__ = [
    "Category", "Community", "CommunityEmoji", "Invite", "InviteUse", "JoinQuestion", "Member", "MemberCount",
    "MemberPeriod", "OwnershipOffer", "SlugRedirect", "Space", "SpaceMember", "Tag", "TopicCount",
]
