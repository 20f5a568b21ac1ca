"""Who somebody is at a provider, and what can go wrong while asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from community.core.text import clean


class ProviderDown(Exception):
    """The provider did not answer in time, or not in its own language."""


class ProviderRefused(Exception):
    """The provider answered, but what it said proves nothing: an old code, a token for somebody else."""


@dataclass(frozen=True)
class Identity:
    """An account at a provider, as the provider described it."""

    provider: str
    account_id: str
    """What never changes of it: the provider's id of the person, and for the generic client also of which issuer."""
    email: str
    """Empty where the provider tells none that can be used."""
    email_verified: bool
    name: str
    nickname: str

    @property
    def label(self) -> str:
        """How to tell this account from another one there."""
        return self.email or self.nickname or self.name or self.account_id

    def packed(self) -> dict[str, object]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def unpacked(cls, data: Mapping[str, Any]) -> Identity:
        return cls(**data)


def described(provider: str, subject: object, *, email: object, email_verified: object, name: object, nickname: object,
              issuer: str = "") -> Identity:
    """An identity out of what a provider said. Raises `ProviderRefused` where it named nobody."""
    if not isinstance(subject, str | int) or isinstance(subject, bool) or not 0 < len(str(subject)) <= 220:
        raise ProviderRefused("the provider named nobody")
    account_id = str(subject)
    if issuer:  # another issuer in the same place must not speak for the people of the first
        account_id += "@" + sha256(issuer.encode()).hexdigest()[:16]
    address = _address(email)
    # Some providers send the claim as a text; anything that is not plainly yes is no.
    proven = email_verified is True or email_verified == "true"
    return Identity(provider, account_id, address, bool(address) and proven, _line(name, 60), _line(nickname, 60))


def _address(value: object) -> str:
    if not isinstance(value, str) or len(value) > 254:
        return ""
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""


def _line(value: object, most: int) -> str:
    return " ".join(clean(value).split())[:most].strip() if isinstance(value, str) else ""
