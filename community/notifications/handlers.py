"""Notifications come from events: one per person and event, only for what they may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.models import Profile, User
from community.comments.events import CommentCreated
from community.comments.models import Comment
from community.communities.models import Member
from community.communities.viewers import of_user
from community.core.errors import AppError
from community.core.markdown import excerpt
from community.core.outbox import Delivered, handles
from community.core.viewer import for_community
from community.extensions import db
from community.notifications import services
from community.notifications.services import Notice
from community.posts.models import Post
from community.posts.policies import can_read
from community.posts.urls import url_of


@dataclass(frozen=True)
class Told:
    """Somebody who may have to hear of a comment."""

    user_id: int
    public_id: str
    type: str
    title: str


@handles(CommentCreated, lane="notify")
def on_comment(deliveries: list[Delivered]) -> None:
    """Tell the one who was answered, and the author of the post; never the person who wrote."""
    services.notify([notice for delivery in deliveries for notice in _notices(delivery)])


def _notices(delivery: Delivered) -> list[Notice]:
    comment = db.session.get(Comment, delivery.event.comment_id)
    if comment is None or not comment.is_shown:
        return []
    post = db.session.get_one(Post, comment.post_id)
    writer_id, writer = _person(comment.author_id)
    told = [one for one in _concerned(comment, post, writer) if one.user_id != writer_id and _reads(one.user_id, post)]
    return [Notice(user_id=one.user_id, user_public_id=one.public_id, type=one.type, event_id=delivery.id,
                   title=one.title, message=excerpt(comment.content_html), entity_type="comment", entity_id=comment.id,
                   action_url=f"{url_of(post)}?comment={comment.public_id}#c-{comment.public_id}",
                   community_id=comment.community_id, actor_user_id=writer_id) for one in told]


def _concerned(comment: Comment, post: Post, writer: str) -> Sequence[Told]:
    """Whom a comment concerns, each once, by the stronger reason."""
    replied = db.session.get(Comment, comment.parent_id) if comment.parent_id else None
    reasons = [(replied.author_id, "COMMENT_REPLIED", f"{writer} replied to you in “{post.title}”")] if replied else []
    verb = "answered" if comment.is_answer else "commented on"
    reasons.append((post.author_id, "POST_COMMENTED", f"{writer} {verb} “{post.title}”"))
    found: dict[int, Told] = {}
    for member_id, kind, title in reasons:
        user_id, public_id = _user_of(member_id)
        found.setdefault(user_id, Told(user_id, public_id, kind, title))
    return list(found.values())


def _person(member_id: int) -> tuple[int, str]:
    row = db.session.execute(select(Profile.user_id, Profile.display_name).join(Member, Member.user_id == Profile.user_id)
                             .where(Member.id == member_id)).one()
    return row.user_id, row.display_name


def _user_of(member_id: int) -> tuple[int, str]:
    row = db.session.execute(select(User.id, User.public_id).join(Member, Member.user_id == User.id)
                             .where(Member.id == member_id)).one()
    return row.id, str(row.public_id)


def _reads(user_id: int, post: Post) -> bool:
    try:
        return can_read(for_community(of_user(user_id), post.community_id), post)
    except AppError:
        return False
