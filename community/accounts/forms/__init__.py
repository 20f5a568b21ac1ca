"""What people may send about their accounts, a module each theme."""

from community.accounts.forms.accounts import (
    AddressForm,
    AppearanceForm,
    Email,
    LogInForm,
    NewPassword,
    Password,
    SignUpForm,
)
from community.accounts.forms.connections import (
    NewcomerForm,
)
from community.accounts.forms.profiles import (
    MuteForm,
    PostsToldForm,
    PrivacyForm,
    ProfileForm,
    RegionForm,
    UsernameForm,
    tags_in,
)

__all__ = [
    "AddressForm", "AppearanceForm", "Email", "LogInForm", "MuteForm", "NewPassword", "NewcomerForm", "Password",
    "PostsToldForm", "PrivacyForm", "ProfileForm", "RegionForm", "SignUpForm", "UsernameForm", "tags_in",
]
