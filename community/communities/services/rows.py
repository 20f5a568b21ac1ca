"""What the services of communities share: inserting, counting, what a change of membership makes old."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from community.communities.models import Category, Community, Member, Space, Tag
from community.core import broadcast, cache
from community.core.errors import Conflict, Invalid, NotFound
from community.core.viewer import Place, Viewer
from community.extensions import db


def here(viewer: Viewer) -> Place:
    """The community at hand. Raises `NotFound`."""
    if viewer.community is None:
        raise NotFound
    return viewer.community


def insert(row: object, *, field: str) -> None:
    """Insert under a savepoint: whoever came first keeps the unique name."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict("Somebody did the same a moment ago. Try again.") if field != "slug" else Invalid(
            fields={"slug": "This address was taken a moment ago."}) from None


Counted = type[Community | Space | Member | Tag | Category]


def tally(model: Counted, row_id: int, *, active: tuple[str, object | None] = ("", None), **changes: int) -> None:
    """Add to counters of a row, which others may be counting on at the same time."""
    values: dict[str, object] = {column: getattr(model, column) + by for column, by in changes.items()}
    if active[1] is not None:
        values[active[0]] = active[1]
    statement = update(model).where(model.id == row_id).values(values)
    db.session.execute(statement.execution_options(synchronize_session=False))


def membership_changed(viewer: Viewer) -> None:
    """What the viewer may read and do is different now."""
    cache.raise_later(f"u:{viewer.user_id}")
    if viewer.user_id is not None:
        broadcast.recheck(viewer.user_id)
