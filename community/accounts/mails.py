"""The mails of this domain."""

from __future__ import annotations

from community.accounts.models import SecurityAlert, User
from community.adapters.mail import Mail, site_link


def verification(user: User, token: str) -> Mail:
    """The link that proves an address; it works once, within 24 hours."""
    return Mail(to=user.email, template="accounts/verify", subject="Confirm your address",
                context={"name": user.profile.display_name, "link": site_link(f"/verify-email/{token}")})


def already_registered(user: User) -> Mail:
    """Told to the owner of an address somebody tried to sign up with."""
    return Mail(to=user.email, template="accounts/already_registered", subject="You already have an account",
                context={"name": user.profile.display_name, "username": user.username, "link": site_link("/login")})


def welcome(user: User) -> Mail:
    """After the address was proven."""
    return Mail(to=user.email, template="accounts/welcome", subject="Welcome",
                context={"name": user.profile.display_name, "link": site_link("/communities")})


def action(user: User, subject: str, *lines: str, to: str = "", link: str = "", label: str = "", code: str = "",
           foot: str = "") -> Mail:
    """A mail with one thing to do: a button or a code."""
    return Mail(to=to or user.email, template="accounts/action", subject=subject,
                context={"name": user.profile.display_name, "title": subject, "lines": lines, "code": code,
                         "link": site_link(link) if link else "", "label": label, "foot": foot})


def reset(user: User, token: str) -> Mail:
    """The link that sets a new password."""
    return action(user, "Choose a new password", "somebody, probably you, asked for a new password for your account.",
                  link=f"/password/reset/{token}", label="Choose a new password",
                  foot="The link works once, within an hour. If you did not ask for it, do nothing: your password stays.")


def new_address(user: User, address: str, token: str) -> Mail:
    """The link that proves a new address."""
    return action(user, "Confirm your new address", "please confirm that you want to use this address from now on.",
                  to=address, link=f"/account/change/{token}", label="Use this address",
                  foot="The link works once, within 24 hours. If you did not ask for it, do nothing.")


def address_changed(user: User, older: str, token: str) -> Mail:
    """Told to the older address, with the way back."""
    return action(user, "Your address was changed", "your account uses another e-mail address now.",
                  "If that was not you, undo it: your account gets this address back and everybody is logged out.",
                  to=older, link=f"/account/undo/{token}", label="Undo the change", foot="The link works for 72 hours.")


def identity_code(user: User, code: str) -> Mail:
    """Six digits that prove who is there."""
    return action(user, "Your code", "type this code where you were asked for it:", code=code,
                  foot="It works once, within 10 minutes. If you did not ask for it, somebody may be using your account: "
                       "look at Settings, Sessions.")


def alert(user: User, found: SecurityAlert, token: str) -> Mail:
    """Something happened to an account, and what to do if it was somebody else."""
    if found.type == "LOCKOUT":
        return action(user, found.title, found.description, "If these tries were yours, unlock your account.",
                      link=f"/account/unlock/{token}", label="Unlock my account",
                      foot="The link works once, within 24 hours. If the tries were not yours, there is nothing to do: "
                           "nobody got in.")
    return action(user, found.title, found.description or f"{found.title}.",
                  "If that was you, there is nothing to do.", link=f"/account/not-me/{token}", label="This was not me",
                  foot="The link logs everybody out and lets you choose a new password. It works once, within 7 days.")


def leaving(user: User, token: str) -> Mail:
    """The account will be deleted; the way back."""
    return action(user, "Your account will be deleted", "as you asked, your account is deleted in 14 days.",
                  "Until then you keep it by logging in, or with this button.",
                  link=f"/account/keep/{token}", label="Keep my account",
                  foot="If you did not ask for this, keep your account and change your password.")


def stays(user: User) -> Mail:
    """The deletion was taken back."""
    return action(user, "Your account stays", "your account is not deleted: somebody logged in, or used the link we sent you.",
                  link="/settings/account", label="Your account")
