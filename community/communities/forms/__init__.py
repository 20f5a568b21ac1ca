"""What people may send about communities and spaces."""

from community.communities.forms.emoji import EmojiForm, NewEmojiForm
from community.communities.forms.inviting import AcceptForm, AddressesForm, CodeForm, LinkForm, addresses_in
from community.communities.forms.joining import DeclineForm, JoinForm, join_form
from community.communities.forms.places import CommunityForm, Slug
from community.communities.forms.ranking import MemberRoleForm, OfferForm, TitleForm, TrustForm
from community.communities.forms.settings import AccessForm, ContentForm, DeleteForm, GeneralForm, SafetyForm
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
    "AcceptForm",
    "AccessForm",
    "AddressesForm",
    "CategoryForm",
    "CodeForm",
    "CommunityForm",
    "ContentForm",
    "DeclineForm",
    "DeleteForm",
    "DeleteSpaceForm",
    "EmojiForm",
    "GeneralForm",
    "InviteForm",
    "JoinForm",
    "LinkForm",
    "MemberRoleForm",
    "MergeForm",
    "NewEmojiForm",
    "OfferForm",
    "OrderForm",
    "RestrictionForm",
    "RoleForm",
    "SafetyForm",
    "Slug",
    "SpaceForm",
    "SpaceSettingsForm",
    "TagForm",
    "TitleForm",
    "TrustForm",
    "addresses_in",
    "join_form",
]
