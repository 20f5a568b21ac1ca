"""What people may send about communities and spaces."""

from community.communities.forms.joining import (
    JoinForm,
)
from community.communities.forms.places import (
    CommunityForm,
    Slug,
)
from community.communities.forms.spaces import (
    SpaceForm,
)

__all__ = [
    "CommunityForm",
    "JoinForm",
    "Slug",
    "SpaceForm",
]
