"""Who asks, and what the patterns of the table promise each of them. Written from the product's rules, not from its code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

VISIBILITIES = ("PUBLIC", "PRIVATE", "HIDDEN")


@dataclass(frozen=True)
class Role:
    """A kind of person. `member` is the role in the community at hand, `reads` and `writes` what the membership allows."""

    name: str
    user: bool = True
    verified: bool = True
    belongs: bool = False
    reads: bool = False
    writes: bool = False
    rank: int = 0
    author: bool = False
    site_admin: bool = False
    shut: bool = False
    """The account itself is suspended by the site."""


def _member(name: str, **facts: object) -> Role:
    return Role(name, belongs=True, **({"reads": True, "writes": True} | facts))  # type: ignore[arg-type]


ROLES = {role.name: role for role in (
    Role("guest", user=False),
    Role("unverified", verified=False),
    Role("outsider"),
    Role("pending", belongs=True),
    _member("member"),
    _member("author", author=True),
    _member("space_member"),
    _member("space_banned"),
    _member("space_moderator"),
    _member("suspended", writes=False),
    _member("muted", writes=False),
    Role("banned", belongs=True),
    Role("left", belongs=True),
    _member("moderator", rank=1),
    _member("admin", rank=2),
    _member("owner", rank=3),
    Role("foreign_moderator"),
    Role("foreign_admin"),
    Role("site_admin", reads=True, rank=3, site_admin=True),
    _member("account_suspended", writes=False, shut=True),
    Role("account_banned", user=False),  # nobody is logged in with a banned account
)}  # fmt: skip


def reads(role: Role, visibility: str) -> bool:
    """Whether the content of a community of this visibility is open to the role."""
    return visibility == "PUBLIC" or role.reads or role.site_admin


# Patterns: what a role gets. Each takes the role and the visibility of the community at hand.


def everybody(role: Role, visibility: str) -> str:
    """Whoever asks, even with an account that is suspended: to it, everything else is the page that says so."""
    return "ok"


def anyone(role: Role, visibility: str) -> str:
    return "ok"


def user(role: Role, visibility: str) -> str:
    """Whoever is logged in."""
    return "ok" if role.user else "login"


def active(role: Role, visibility: str) -> str:
    """Whoever is logged in with an account that is not suspended."""
    return "403" if role.shut else user(role, visibility)


def proven(role: Role, visibility: str) -> str:
    """Whoever may write on the site: a proven address, an account that is not suspended."""
    return "403" if role.user and not role.verified else active(role, visibility)


def site_admin(role: Role, visibility: str) -> str:
    if not role.user:
        return "login"
    return "ok" if role.site_admin else "403"


def lobby(role: Role, visibility: str) -> str:
    """Whoever may know of the community."""
    return "ok" if visibility != "HIDDEN" or role.reads else "404"


def reader(role: Role, visibility: str) -> str:
    """Whoever reads the community; for others its content does not exist."""
    return "ok" if reads(role, visibility) else "404"


def member(role: Role, visibility: str) -> str:
    """Whoever may write in the community; readers learn what is missing."""
    if not reads(role, visibility):
        return "404"
    if not role.user:
        return "login"
    return "ok" if role.writes else "403"


def leaver(role: Role, visibility: str) -> str:
    """Whoever belongs, even who waits to; others where they may know of the community."""
    return user(role, visibility) if role.name == "pending" or lobby(role, visibility) == "ok" else "404"


def ranked(rank: int) -> Callable[[Role, str], str]:
    """Those of this rank and above; readers learn that they are not among them."""

    def pattern(role: Role, visibility: str) -> str:
        if not reads(role, visibility):
            return "404"
        if not role.user:
            return "login"
        if role.site_admin:
            return "ok"
        return "ok" if role.writes and role.rank >= rank else "403"

    return pattern


def author(role: Role, visibility: str) -> str:
    """Who wrote it, and nobody else."""
    answer = member(role, visibility)
    return answer if answer != "ok" or role.author else "403"


def author_or_staff(role: Role, visibility: str) -> str:
    """Who wrote it, and staff who are members themselves."""
    answer = member(role, visibility)
    return answer if answer != "ok" or role.author or role.rank >= 1 else "403"


def concealed(allowed: Callable[[Role, str], str]) -> Callable[[Role, str], str]:
    """As another pattern, but members who are not allowed find nothing, as if it did not exist."""

    def pattern(role: Role, visibility: str) -> str:
        answer = allowed(role, visibility)
        return "404" if answer == "403" and role.writes else answer

    return pattern


def missing(role: Role, visibility: str) -> str:
    return "404"


PATTERNS: dict[str, Callable[[Role, str], str]] = {
    "everybody": everybody, "anyone": anyone, "user": user, "active": active, "proven": proven, "site_admin": site_admin, "lobby": lobby,
    "reader": reader, "member": member, "leaver": leaver, "staff": ranked(1), "admin": ranked(2), "owner": ranked(3), "author": author,
    "author_or_staff": author_or_staff, "author_or_nothing": concealed(author),
    "author_or_staff_or_nothing": concealed(author_or_staff), "nobody": missing,
}


def answers(who: str, visibility: str) -> dict[str, str]:
    """What every role gets, by the pattern and its exceptions: `"staff; moderator,admin=403 PRIVATE:guest=404"`.

    An exception of a role does not hold where the community is closed to it: there the pattern's 404 stays.
    """
    pattern, _, exceptions = (part.strip() for part in who.partition(";"))
    decide = PATTERNS[pattern]
    found = {name: "403" if role.shut and decide is not everybody else decide(role, visibility)
             for name, role in ROLES.items()}
    closed = {name for name, role in ROLES.items() if found[name] == "404" and decide(role, "PUBLIC") != "404"}
    for exception in exceptions.split():
        names, _, answer = exception.partition("=")
        only, _, names = names.rpartition(":")
        if only and only != visibility:
            continue
        for name in ROLES if names == "*" else names.split(","):
            if names == "*" and name in ROLES and ROLES[name].shut and decide is not everybody:
                continue
            if only or name not in closed:
                found[name] = answer if name in ROLES else found[name]
    return found
