"""Comments can be reacted to."""

from __future__ import annotations

from typing import cast

from flask import Flask

from community.comments import policies, queries, services
from community.comments.models import Comment
from community.core import subjects
from community.core.topics import topic


def register(app: Flask) -> None:
    """Make comments known to the tiers below."""
    subjects.register("comment", subjects.Kind(
        load=queries.load, load_public=queries.load_public, peek=queries.peek,
        can_react=lambda by, comment: policies.can_react(by, cast(Comment, comment), _post(comment)),
        count_reactions=lambda comment, likes, reactions: services.count_reactions(cast(Comment, comment), likes, reactions),
        url_of=_url_of, base_of=lambda comment: subjects.kind("post").base_of(_post(comment)), topic_of=_topic_of,
        space_of=lambda comment: subjects.kind("post").space_of(_post(comment))))


def _url_of(comment: subjects.Subject) -> str:
    page = subjects.kind("post").url_of(_post(comment))
    return f"{page}?comment={comment.public_id}#c-{comment.public_id}"


def _topic_of(comment: subjects.Subject) -> str:
    return topic("post", _post(comment).public_id)


def _post(comment: subjects.Subject) -> subjects.Subject:
    """The post of a comment that was loaded as a viewer already."""
    return subjects.kind("post").peek(cast(Comment, comment).post_id)
