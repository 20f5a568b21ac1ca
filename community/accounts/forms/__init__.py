"""What people may send about their accounts, a module each theme."""

from community.accounts.forms.accounts import (
    AddressForm,
    AppearanceForm,
    Email,
    LogInForm,
    NewPassword,
    Password,
    ProfileForm,
    SignUpForm,
)
from community.accounts.forms.connections import NewcomerForm

__all__ = [
    "AddressForm",
    "AppearanceForm",
    "Email",
    "LogInForm",
    "NewPassword",
    "NewcomerForm",
    "Password",
    "ProfileForm",
    "SignUpForm",
]
