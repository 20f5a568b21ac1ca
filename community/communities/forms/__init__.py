"""What people may send about communities and spaces."""

from community.communities.forms.joining import (
    JoinForm,
)
from community.communities.forms.places import (
    CommunityForm,
    Slug,
)
from community.communities.forms.spaces import (
    DeleteSpaceForm,
    InviteForm,
    OrderForm,
    RestrictionForm,
    RoleForm,
    SpaceForm,
    SpaceSettingsForm,
)

__all__ = [
    "CommunityForm",
    "DeleteSpaceForm",
    "InviteForm",
    "JoinForm",
    "OrderForm",
    "RestrictionForm",
    "RoleForm",
    "Slug",
    "SpaceForm",
    "SpaceSettingsForm",
]
