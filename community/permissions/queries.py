"""Loading the person a question is about, and what it is about, as the one who asks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from community.accounts.models import User
from community.comments.queries import get_comment
from community.communities import viewers
from community.communities.models import Member, SpaceMember
from community.communities.queries import get_space
from community.core.errors import Gone, Invalid, NotFound
from community.core.viewer import Grant, Viewer
from community.extensions import db
from community.permissions.actions import Action, SpaceStanding, Target
from community.posts.queries import get_post

VISITOR = "visitor"


@dataclass(frozen=True)
class Fact:
    """Something a rule may have looked at."""

    label: str
    value: str


def find_person(by: Viewer, name: str) -> Viewer:
    """Somebody who belongs or once belonged to the community at hand, as its pages know them; or a visitor.

    Raises `Invalid` for everybody else: who is not of this community is none of its staff's business.
    """
    place = by.community
    if place is None:
        raise NotFound
    if name == VISITOR:
        return viewers.for_community(Viewer(), place.id)
    user_id = db.session.scalar(
        select(User.id).join(Member, Member.user_id == User.id)
        .where(Member.community_id == place.id, func.lower(User.username) == name.removeprefix("@").lower()))
    if user_id is None:
        raise Invalid(fields={"who": "Nobody with this username belongs to this community."})
    return viewers.for_community(viewers.of_user(user_id), place.id)


def find_target(by: Viewer, person: Viewer, action: Action, *, space: str, post: str, comment: str) -> Target:
    """What the action is done to, as far as the one who asks sees it. Raises `Invalid` for what is missing or hidden."""
    if action.about == "community":
        return Target()
    if action.about == "space":
        try:
            found = get_space(by, space)
        except NotFound:
            raise Invalid(fields={"space": "Choose a space."}) from None
        return Target(standing=_standing(person, found))
    return _post_and_comment(by, action, post, comment)


def _post_and_comment(by: Viewer, action: Action, post: str, comment: str) -> Target:
    number = re.search(r"(?:^|/p/)([0-9]{1,18})", post.strip())
    try:
        found = get_post(by, int(number[1]) if number else 0)
    except (NotFound, Gone):
        raise Invalid(fields={"post": "There is no post with this number or address that you can read."}) from None
    if action.about == "post":
        return Target(post=found)
    named = re.search(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\s*$", comment)
    try:
        return Target(post=found, comment=get_comment(by, found, uuid.UUID(named[1] if named else "0" * 32)))
    except NotFound:
        raise Invalid(fields={"comment": "There is no comment with this address below that post."}) from None


def _standing(person: Viewer, space: Grant) -> SpaceStanding:
    if person.member is None:
        return SpaceStanding(space, None)
    return SpaceStanding(space, db.session.scalar(select(SpaceMember.status).where(
        SpaceMember.space_id == space.id, SpaceMember.member_id == person.member.id)))


def facts(by: Viewer, person: Viewer, target: Target) -> Sequence[Fact]:
    """What the rules know of the person and of what the question is about."""
    return [*_of_person(person), *_of_community(person), *_of_space(by, person, target), *_of_post(person, target)]


def _of_person(person: Viewer) -> list[Fact]:
    if person.user is None:
        return [Fact("Account", "none: not logged in")]
    found = [Fact("Account", ACCOUNTS.get(person.user.status, person.user.status))]
    if person.is_site_admin:
        found.append(Fact("Site", "site administrator"))
    member = person.member
    if member is None:
        return [*found, Fact("Membership", "none")]
    muted = f"until {member.muted_until:%Y-%m-%d %H:%M} UTC" if person.is_muted and member.muted_until else "no"
    return [*found, Fact("Membership", STATUSES.get(member.status, member.status.lower())), Fact("Role", member.role.lower()),
            Fact("Trust level", member.trust_level.lower()), Fact("Muted", muted)]


def _of_community(person: Viewer) -> list[Fact]:
    place = person.community
    if place is None:
        return []
    set_here = [Fact(f"Setting {name}", str(value).lower()) for name, value in sorted(place.settings.items())
                if isinstance(value, bool)]
    return [Fact("Community", f"{place.visibility.lower()}, {place.status.lower()}"),
            Fact("Joining", place.join_policy.lower().replace("_", " ")), *set_here]


def _of_space(by: Viewer, person: Viewer, target: Target) -> list[Fact]:
    standing = target.standing
    if target.post is not None and target.post.space_id is not None:
        space = by.space(target.post.space_id)
        standing = _standing(person, space) if space is not None else None
    if standing is None:
        return []
    space = standing.space
    state = f"{space.visibility.lower().replace('_', ' ')}{', archived' if space.is_archived else ''}"
    return [Fact("Space", f"{space.name}: {state}"),
            Fact("Who posts there", POSTERS.get(space.posting_policy, space.posting_policy.lower())),
            Fact("In the space", standing.status.lower() if standing.status else "no")]


def _of_post(person: Viewer, target: Target) -> list[Fact]:
    post = target.post
    if post is None:
        return []
    is_author = person.member is not None and person.member.id == post.author_id
    return [Fact("Post", f"{post.status.lower()}, {post.moderation_status.lower().replace('_', ' ')}"),
            Fact("Comments", "open" if post.allow_comments and not post.comments_locked_reason else "closed"),
            Fact("Author of the post", "yes" if is_author else "no")]


ACCOUNTS = {"PENDING_VERIFICATION": "address not confirmed", "ACTIVE": "active", "SUSPENDED": "suspended on this site",
            "BANNED": "banned from this site", "DELETED": "deleted"}
STATUSES = {"PENDING": "asked to join", "ACTIVE": "active", "SUSPENDED": "suspended", "BANNED": "banned", "ARCHIVED": "left"}
POSTERS = {"MEMBERS": "all members", "SPACE_MEMBERS": "members of the space", "STAFF": "the staff"}
