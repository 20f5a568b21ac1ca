"""Usernames: their form, what is reserved, and suggestions."""

from __future__ import annotations

import re
import secrets

from slugify import slugify

FORM = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
MIN, MAX = 3, 30
RESERVED = frozenset({
    "account", "admin", "administrator", "api", "anonymous", "about", "appeal", "bookmarks", "c", "communities", "confirm",
    "contact", "dev",
    "everyone", "feed", "follow-requests", "fresh", "healthz", "help", "here", "hooks", "live", "login", "logout", "me", "media",
    "metrics", "moderator", "moderators", "new", "null", "notifications", "oauth", "owner", "password", "privacy",
    "readyz", "robots.txt", "root", "search", "settings", "setup", "signup", "sitemap.xml", "staff", "static",
    "styleguide", "support", "system", "terms", "u", "undefined", "unsubscribe", "verify-email", "view-as",
    "ws", "manifest.webmanifest", "sw.js",
})

_LOOKALIKES = str.maketrans("01i534", "ollsea", "_-.")


def problem_with(username: str, *, staff: bool = False) -> str | None:
    """Why a username (in lower case) cannot be had, or None; whether it is taken is another question.

    `staff` lets the first administrator be called admin.
    """
    if not MIN <= len(username) <= MAX:
        return f"Use {MIN} to {MAX} characters."
    if _mixes_letters(username):
        return "This name mixes letters that look alike. Use letters a to z."
    if not FORM.fullmatch(username):
        return "Use letters a to z, digits, _ and, inside, . and -."
    if staff and username == "admin":
        return None
    if username in RESERVED or username.startswith("deleted_user_"):
        return "This name is reserved."
    if skeleton(username) in _RESERVED_SKELETONS:
        return "This name looks too much like a reserved one."
    return None


def _mixes_letters(username: str) -> bool:
    """Whether it takes letters of several scripts that look alike. All of ASCII is one script."""
    if username.isascii():
        return False
    from confusable_homoglyphs import confusables  # reads its tables as it is imported

    return bool(confusables.is_dangerous(username))


def skeleton(username: str) -> str:
    """What a username looks like at a glance: `adm1n` and `ad-min` look like `admin`, `rnod` like `mod`."""
    plain = username.translate(_LOOKALIKES)
    for pair, letter in (("rn", "m"), ("vv", "w"), ("cl", "d")):
        plain = plain.replace(pair, letter)
    return plain


def suggestion_for(display_name: str) -> str:
    """A username made of a name; random where the name has no letters for one."""
    made = slugify(display_name, max_length=MAX, separator="_").strip("_")
    return made if len(made) >= MIN and problem_with(made) is None else f"member_{secrets.randbelow(10**6):06d}"


_RESERVED_SKELETONS = frozenset(skeleton(name) for name in RESERVED if len(name) >= MIN)
