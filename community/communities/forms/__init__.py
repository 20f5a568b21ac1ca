"""What people may send about communities and spaces."""

from community.communities.forms.emoji import EmojiForm, NewEmojiForm
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
from community.communities.forms.taxonomy import CategoryForm, MergeForm, TagForm

__all__ = [
    "CategoryForm",
    "CommunityForm",
    "DeleteSpaceForm",
    "EmojiForm",
    "InviteForm",
    "JoinForm",
    "MergeForm",
    "NewEmojiForm",
    "OrderForm",
    "RestrictionForm",
    "RoleForm",
    "Slug",
    "SpaceForm",
    "SpaceSettingsForm",
    "TagForm",
]
