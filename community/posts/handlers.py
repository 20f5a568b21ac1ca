"""What posts hear."""

from __future__ import annotations

from sqlalchemy import select, update

from community.accounts.events import UserProfileUpdated
from community.communities.models import Member
from community.core.outbox import Delivered, handles
from community.extensions import db
from community.posts.models import Post


@handles(UserProfileUpdated, lane="cache")
def show_new_names(deliveries: list[Delivered]) -> None:
    """Cards carry their author's name: raise the revision of what these people wrote."""
    users = {delivery.actor_user_id for delivery in deliveries}
    mine = select(Member.id).where(Member.user_id.in_(users))
    db.session.execute(update(Post).where(Post.author_id.in_(mine)).values(rev=Post.rev + 1)
                       .execution_options(synchronize_session=False))
