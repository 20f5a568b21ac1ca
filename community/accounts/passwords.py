"""Which passwords are refused."""

from __future__ import annotations

MIN, MAX = 10, 200


def problem_with(password: str, *, email: str, username: str) -> str | None:
    """Why a password is refused, or None: too short or long, common, or the person's own name or address."""
    if len(password) < MIN:
        return f"Use at least {MIN} characters."
    if len(password) > MAX:
        return f"Use at most {MAX} characters."
    from zxcvbn.matching import RANKED_DICTIONARIES  # all its lists are read as it is imported

    lowered = password.lower()
    if lowered in RANKED_DICTIONARIES["passwords"]:
        return "This password is on every list of common passwords. Choose another one."
    if lowered in {email.lower(), username.lower(), email.lower().partition("@")[0]}:
        return "Your password must not be your name or address."
    return None


def strength(password: str, *inputs: str) -> int:
    """A hint for the person typing: 0 (weak) to 4 (strong)."""
    from zxcvbn import zxcvbn

    return int(zxcvbn(password[:72], user_inputs=list(inputs))["score"])
