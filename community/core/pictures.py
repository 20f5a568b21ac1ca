"""The pictures of people and places, as pages of lower tiers show and change them without knowing how they are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture on a settings page: how it is now, and what may be done. `media/_panel.html` shows it."""

    id: str
    label: str
    url: str
    """Takes the file by POST; `<url>/delete` removes the picture; by GET the panel itself."""
    shape: str
    """round, square, wide or emoji."""
    key: str
    """Of the picture shown now; empty without one."""
    initials: str
    hue_index: int
    state: str
    """ready, pending (an upload is being prepared) or failed (the last upload came to nothing)."""
    message: str
    """What went wrong with the last upload."""
    accept: str
    limit: int
    """Bytes of the largest file taken."""
    help: str
    can_remove: bool
    preview: str = ""
    """A tiny blurred picture, as a data address."""

    @property
    def avatar(self) -> str:
        return self.key


_load: Callable[[str, int], Mapping[str, Panel]] | None = None


def register(load: Callable[[str, int], Mapping[str, Panel]]) -> None:
    """Tell how panels are loaded; called once, by the domain that owns uploads."""
    global _load  # noqa: PLW0603 - set while the application is put together
    _load = load


def panels(kind: str, owner_id: int) -> Mapping[str, Panel]:
    """The panels of a `user`, `community`, `space` or `emoji` by id: `avatar` and `banner`, or `picture` of an emoji.

    For pages of who may change them: ask the policy of that page first.
    """
    if _load is None:
        raise RuntimeError("no loader of pictures is registered")
    return _load(kind, owner_id)
