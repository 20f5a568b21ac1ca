"""What people choose about lists of posts."""

from __future__ import annotations

from collections.abc import Sequence

from community.accounts.policies import can_act
from community.accounts.services import show_on_profile
from community.core.authz import require
from community.core.errors import Invalid
from community.core.viewer import Viewer
from community.feeds import people

SHOWCASED = 3


def choose_showcase(post_ids: Sequence[int], *, by: Viewer) -> None:
    """Put up to three of one's own posts, which everybody may read, on top of one's profile. Raises `Invalid`."""
    require(can_act(by))
    own = {row.id for row in people.own_public_posts(by.user_id or 0, limit=1000)}
    wanted = list(dict.fromkeys(post_ids))
    if len(wanted) > SHOWCASED or not own.issuperset(wanted):
        raise Invalid("Choose up to three of your own public posts.")
    show_on_profile(wanted, by=by)
