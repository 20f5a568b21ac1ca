"""What posts hear."""

from __future__ import annotations

from sqlalchemy import select, update

from community.accounts.events import UserAnonymised, UserProfileUpdated
from community.communities.events import SpaceDeleted, SpaceUpdated
from community.communities.models import Member
from community.core.clock import now
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


@handles(SpaceDeleted, lane="cache")
def move_posts(deliveries: list[Delivered]) -> None:
    """The posts of a space that is gone stand where its staff wanted them."""
    for delivery in deliveries:
        db.session.execute(update(Post).where(Post.space_id == delivery.event.space_id)
                           .values(space_id=delivery.event.target_id, rev=Post.rev + 1)
                           .execution_options(synchronize_session=False))


@handles(SpaceUpdated, lane="cache")
def show_new_space_names(deliveries: list[Delivered]) -> None:
    """Cards name the space of their post and lead to it."""
    shown = {delivery.event.space_id for delivery in deliveries if {"name", "slug", "icon"} & set(delivery.event.changed)}
    if shown:
        db.session.execute(update(Post).where(Post.space_id.in_(shown)).values(rev=Post.rev + 1)
                           .execution_options(synchronize_session=False))


@handles(UserAnonymised, lane="cache")
def forget_drafts(deliveries: list[Delivered]) -> None:
    """What somebody had not published when they left the site is nobody's any more."""
    mine = select(Member.id).where(Member.user_id.in_({delivery.event.user_id for delivery in deliveries}))
    db.session.execute(
        update(Post).where(Post.author_id.in_(mine), Post.status.in_(("DRAFT", "SCHEDULED")), Post.deleted_at.is_(None))
        .values(title="", content="", content_html="", excerpt="", draft_tags=[], deleted_at=now())
        .execution_options(synchronize_session=False))
