"""The account of whoever makes a request, as plain data that can be cached."""

from __future__ import annotations

from dataclasses import dataclass

from community.core.ids import hue_index


@dataclass(frozen=True)
class Account:
    """The logged-in person."""

    id: int
    public_id: str
    username: str
    display_name: str
    initials: str
    status: str
    site_role: str
    theme: str
    avatar: str = ""
    """The key of the picture in addresses; empty without one, here and below."""
    status_reason: str = ""
    status_until: int | None = None
    """When a suspension ends, in seconds since 1970; None: it does not."""
    second_factor: bool = False
    """Two-step log-in is on, or there is a passkey."""
    needs_second_factor: bool = False
    """A site administrator without a second factor, on a site that asks its administrators for one."""

    @property
    def hue_index(self) -> int:
        return hue_index(self.id)

    @property
    def is_verified(self) -> bool:
        return self.status == "ACTIVE"

    @property
    def email_verified(self) -> bool:
        return self.status != "PENDING_VERIFICATION"

    @property
    def is_site_admin(self) -> bool:
        return self.site_role == "SITE_ADMIN" and self.status == "ACTIVE" and not self.needs_second_factor

    @property
    def is_suspended(self) -> bool:
        return self.status == "SUSPENDED"
