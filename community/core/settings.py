"""Settings of the installation that administrators change while it runs."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from community.core.models import Base, Stamped
from community.extensions import db

DEFAULTS: dict[str, object] = {
    "site_name": "Community",
    "registration": "OPEN",
    "community_creation": "ANYONE",
    "max_owned_communities": 10,
    "paused_handlers": [],
    "contact_email": "",
    "minimum_age": 0,
    "require_2fa_site_admins": False,
}


class SiteSetting(Stamped, Base):
    """One setting that differs from its default."""

    __tablename__ = "site_settings"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[object] = mapped_column(JSONB)


def get(key: str) -> object:
    """The value of a setting. Raises KeyError for a name that is not in `DEFAULTS`."""
    default = DEFAULTS[key]
    found = db.session.execute(select(SiteSetting.value).where(SiteSetting.key == key)).first()
    return default if found is None else found[0]


def put(key: str, value: object) -> None:
    """Change a setting in the current transaction."""
    if key not in DEFAULTS:
        raise KeyError(key)
    statement = insert(SiteSetting).values(key=key, value=value)
    db.session.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
