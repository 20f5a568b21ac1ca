"""What people may send about communities and spaces."""

from community.communities.forms.joining import (
    JoinForm,
)
from community.communities.forms.places import (
    CommunityForm,
    Slug,
)
from community.communities.forms.spaces import (
    InviteForm,
    RestrictionForm,
    RoleForm,
    SpaceForm,
)

__all__ = [
    "CommunityForm",
    "InviteForm",
    "JoinForm",
    "RestrictionForm",
    "RoleForm",
    "Slug",
    "SpaceForm",
]
