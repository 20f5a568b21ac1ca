"""What a browser tells of itself, and where it is, for labelling sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Request

from community.accounts import locations

if TYPE_CHECKING:
    from ua_parser import Result

_MOBILE = ("iphone", "android", "mobile")
_TABLET = ("ipad", "tablet", "kindle")


@dataclass(frozen=True, slots=True)
class Device:
    """The browser behind a request."""

    ip: str | None
    user_agent: str
    type: str
    label: str
    location: str = ""
    """City and country, where the site knows places; the country comes last."""

    @property
    def described(self) -> str:
        """For a mail to the owner: `Firefox on Linux, Utrecht, Netherlands (192.0.2.1)`."""
        where = f"{self.label}, {self.location}" if self.location else self.label
        return f"{where} ({self.ip})" if self.ip else where


def device_of(request: Request) -> Device:
    """Read the device of a request. Nothing of it is trusted for more than a label."""
    agent = request.headers.get("User-Agent", "")[:400]
    found = _parse(agent)
    system = found.os.family if found.os else None
    family = found.device.family if found.device else ""
    return Device(ip=request.remote_addr, user_agent=agent, type=_type(agent.lower(), family, system),
                  label=label_of(agent), location=locations.location_of(request.remote_addr))


def label_of(agent: str) -> str:
    """A browser in words, without its version: `Firefox on Linux`."""
    found = _parse(agent)
    browser = found.user_agent.family if found.user_agent else "Unknown browser"
    return (f"{browser} on {found.os.family}" if found.os else browser)[:120]


def _parse(agent: str) -> Result:
    from ua_parser import parse  # compiles its rules as it is imported

    return parse(agent)


def _type(agent: str, family: str, system: str | None) -> str:
    if family == "Spider":
        return "BOT"
    if any(word in agent for word in _TABLET):
        return "TABLET"
    if any(word in agent for word in _MOBILE):
        return "MOBILE"
    return "DESKTOP" if system else "OTHER"
