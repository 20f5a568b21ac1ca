"""What people do here, and the policy that decides it: the very functions the services and pages ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from community.accounts import policies as accounts
from community.comments import policies as comments
from community.comments.models import Comment
from community.communities import policies as communities
from community.core.authz import Decision, Deny
from community.core.viewer import Grant, Viewer
from community.posts import policies as posts
from community.posts.models import Post


@dataclass(frozen=True)
class SpaceStanding:
    """A space, and how somebody stands to it."""

    space: Grant
    status: str | None
    """Of their membership in the space; None without one."""


@dataclass(frozen=True)
class Target:
    """What the question is about, loaded as the one who asks."""

    standing: SpaceStanding | None = None
    post: Post | None = None
    comment: Comment | None = None


@dataclass(frozen=True)
class Action:
    """Something people do. `about` is what it is done to: community, space, post or comment."""

    name: str
    label: str
    about: str
    decide: Callable[[Viewer, Any], Decision | bool]

    def ask(self, viewer: Viewer, target: Target) -> Decision | bool:
        """What the policy says of this person; a suspended account gets no further than to its own page."""
        if viewer.user is not None and viewer.user.is_suspended:
            return accounts.can_act(viewer)
        subject = {"community": None, "space": target.standing, "post": target.post, "comment": target}[self.about]
        return self.decide(viewer, subject)


def _read_space(viewer: Viewer, at: SpaceStanding) -> bool:
    return communities.can_read_space(viewer, at.space.visibility, is_space_member=at.status == "ACTIVE",
                                      is_space_banned=at.status == "BANNED")


def _known(viewer: Viewer, at: SpaceStanding) -> Grant | Deny:
    """The space as this person knows it."""
    return viewer.space(at.space.id) or Deny("They do not know that this space exists.")


def _join_space(viewer: Viewer, at: SpaceStanding) -> Decision:
    found = _known(viewer, at)
    return found if isinstance(found, Deny) else communities.can_join_space(viewer, found)


def _post_in(viewer: Viewer, at: SpaceStanding) -> Decision:
    found = _known(viewer, at)
    return found if isinstance(found, Deny) else posts.can_create(viewer, found)


def _if_read(decide: Callable[[Viewer, Any], Decision]) -> Callable[[Viewer, Any], Decision]:
    """Whatever is done to a post needs the post on the screen."""

    def decide_readers(viewer: Viewer, post: Post) -> Decision:
        return decide(viewer, post) if posts.can_read(viewer, post) else Deny("They cannot read this post.")

    return decide_readers


def _to_comment(decide: Callable[[Viewer, Comment], Decision]) -> Callable[[Viewer, Target], Decision]:
    def decide_readers(viewer: Viewer, target: Target) -> Decision:
        if target.comment is None or target.post is None or not posts.can_read(viewer, target.post):
            return Deny("They cannot read this comment.")
        return decide(viewer, target.comment)

    return decide_readers


ACTIONS: dict[str, Action] = {action.name: action for action in (
    Action("know", "Know that the community exists", "community", lambda by, _: communities.can_know_community(by)),
    Action("read", "Read the community", "community", lambda by, _: communities.can_read_community(by)),
    Action("see_members", "See who is here", "community", lambda by, _: communities.can_see_members(by)),
    Action("join", "Join, or ask to", "community", lambda by, _: communities.can_join(by)),
    Action("leave", "Leave", "community", lambda by, _: communities.can_leave(by)),
    Action("write", "Write anything", "community", lambda by, _: communities.can_write_here(by)),
    Action("create_space", "Open a space", "community", lambda by, _: communities.can_create_space(by)),
    Action("answer_requests", "Answer requests to join", "community", lambda by, _: communities.can_answer_requests(by)),
    Action("read_space", "Read a space", "space", _read_space),
    Action("join_space", "Join a space", "space", _join_space),
    Action("post", "Start a post in a space", "space", _post_in),
    Action("read_post", "Read a post", "post", posts.can_read),
    Action("comment", "Comment on a post", "post", _if_read(posts.can_comment)),
    Action("react", "React to a post", "post", _if_read(posts.can_react)),
    Action("edit_post", "Edit a post", "post", _if_read(posts.can_edit)),
    Action("delete_post", "Delete a post", "post", _if_read(posts.can_delete)),
    Action("edit_comment", "Edit a comment", "comment", _to_comment(comments.can_edit)),
    Action("delete_comment", "Delete a comment", "comment", _to_comment(comments.can_delete)),
)}  # fmt: skip
