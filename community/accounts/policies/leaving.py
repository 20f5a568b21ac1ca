"""What keeps somebody from leaving the site."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Owning = Callable[[int], Sequence[str]]

_owning: list[Owning] = []


def register_owning(owned_alone: Owning) -> None:
    """Say which communities a user alone owns; done by the domain of memberships."""
    _owning[:] = [owned_alone]


def what_keeps(user_id: int) -> str:
    """Why an account cannot be erased yet, in words; empty where nothing stands in the way. Nobody leaves a community
    without an owner behind."""
    names = _owning[0](user_id) if _owning else []
    if not names:
        return ""
    return f"You are the only owner of {', '.join(names)}. Hand over or delete what is yours alone first, then come back."
