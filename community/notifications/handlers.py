"""Notifications come from events: one per person and event, only for what they may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.accounts.events import SecurityAlertRaised, UserAnonymised, UserFollowed, UserFollowRequested
from community.accounts.models import Profile, SecurityAlert, User
from community.accounts.policies import can_act
from community.accounts.queries import follow_of, with_profile
from community.comments.events import CommentCreated
from community.comments.models import Comment
from community.communities.events import (
    MemberApproved,
    MemberDeclined,
    MemberRequested,
    MemberRoleChanged,
    OwnershipOffered,
    OwnershipTransferred,
    SpaceMemberApproved,
    SpaceMemberDeclined,
    SpaceMemberInvited,
    SpaceMemberRequested,
    SpaceMemberRestricted,
    SpaceMemberRoleChanged,
)
from community.communities.models import Community, Member, OwnershipOffer, Space, SpaceMember
from community.communities.policies import ADMINS, STAFF
from community.communities.queries import get_community
from community.communities.viewers import of_user
from community.core.errors import AppError
from community.core.markdown import excerpt
from community.core.outbox import Delivered, handles
from community.core.viewer import for_community
from community.extensions import db
from community.notifications import queries, services
from community.notifications.services import Notice
from community.posts.models import Post
from community.posts.policies import can_read
from community.posts.urls import url_of

RESTRICTIONS = {
    "MUTED": "You cannot write in {} for a while", "UNMUTED": "You can write in {} again",
    "BANNED": "You were shut out of {}", "UNBANNED": "You may join {} again", "REMOVED": "You are not in {} any more",
}


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


@handles(MemberRequested, lane="notify")
def on_request(deliveries: list[Delivered]) -> None:
    """Tell the staff that somebody asks to join."""
    services.notify([notice for delivery in deliveries for notice in _requests(delivery)])


@handles(MemberApproved, MemberDeclined, lane="notify")
def on_answer(deliveries: list[Delivered]) -> None:
    """Tell whoever had asked to join what the answer is."""
    services.notify([_answer(delivery) for delivery in deliveries])


@handles(UserFollowed, UserFollowRequested, lane="notify")
def on_follow(deliveries: list[Delivered]) -> None:
    """Tell people who follows them or asks to, and whoever asked that they may."""
    services.notify([notice for delivery in deliveries for notice in _follow(delivery)])


@handles(MemberRoleChanged, lane="notify")
def on_role(deliveries: list[Delivered]) -> None:
    """Tell people that somebody gave them another role."""
    services.notify([notice for delivery in deliveries for notice in _role(delivery)])


@handles(OwnershipOffered, OwnershipTransferred, lane="notify")
def on_ownership(deliveries: list[Delivered]) -> None:
    """Tell people that a community is offered to them, and who offered it that it was taken."""
    services.notify([_ownership(delivery) for delivery in deliveries])


def _role(delivery: Delivered) -> list[Notice]:
    member = db.session.get_one(Member, delivery.event.member_id)
    if delivery.actor_user_id == member.user_id or member.status != "ACTIVE":
        return []
    place, role = get_community(member.community_id), delivery.event.role
    name = {"OWNER": "an owner", "ADMIN": "an admin", "MODERATOR": "a moderator"}.get(role, "a member without duties")
    return [_membership_notice(delivery, member, place, told=member.id, type_="ROLE_CHANGED", path="about",
                               title=f"You are {name} of {place.name} now", actor_user_id=delivery.actor_user_id)]


def _ownership(delivery: Delivered) -> Notice:
    offer = db.session.get_one(OwnershipOffer, delivery.event.offer_id)
    place = get_community(offer.community_id)
    is_done = isinstance(delivery.event, OwnershipTransferred)
    told = offer.from_member_id if is_done else offer.to_member_id
    title = f"{place.name} has another owner now" if is_done else f"You are offered to own {place.name}"
    return _membership_notice(delivery, db.session.get_one(Member, told), place, told=told, title=title,
                              path="about" if is_done else "ownership", actor_user_id=delivery.actor_user_id,
                              type_="OWNERSHIP_TRANSFERRED" if is_done else "OWNERSHIP_OFFERED")


@handles(SecurityAlertRaised, lane="notify")
def on_alert(deliveries: list[Delivered]) -> None:
    """Tell people what happened to their accounts."""
    services.notify([notice for delivery in deliveries for notice in _alert(delivery)])


def _alert(delivery: Delivered) -> list[Notice]:
    alert = db.session.get(SecurityAlert, delivery.event.alert_id)
    if alert is None:  # its person left the site meanwhile
        return []
    user = db.session.get_one(User, alert.user_id)
    return [Notice(user_id=user.id, user_public_id=str(user.public_id), type="SECURITY_ALERT", event_id=delivery.id,
                   title=alert.title, message=alert.description, entity_type="security_alert", entity_id=alert.id,
                   action_url="/settings/security", community_id=None, actor_user_id=None)]


@handles(SpaceMemberRequested, lane="notify")
def on_space_request(deliveries: list[Delivered]) -> None:
    """Tell who looks after a space that somebody asks to be let in."""
    services.notify([notice for delivery in deliveries for notice in _space_requests(delivery)])


@handles(SpaceMemberInvited, SpaceMemberApproved, SpaceMemberDeclined, SpaceMemberRoleChanged, SpaceMemberRestricted,
         lane="notify")
def on_space_standing(deliveries: list[Delivered]) -> None:
    """Tell somebody that their standing in a space is another one."""
    services.notify([notice for delivery in deliveries for notice in _space_standing(delivery)])


def _space_requests(delivery: Delivered) -> list[Notice]:
    row = db.session.get_one(SpaceMember, delivery.event.space_member_id)
    if row.status != "PENDING":
        return []
    space = db.session.get_one(Space, row.space_id)
    asking_id, asking = _person(row.member_id)
    staff = list(db.session.scalars(select(SpaceMember.member_id).where(
        SpaceMember.space_id == space.id, SpaceMember.status == "ACTIVE", SpaceMember.role.in_(STAFF))))
    if not staff:
        staff = list(db.session.scalars(select(Member.id).where(
            Member.community_id == space.community_id, Member.role.in_(ADMINS), Member.status == "ACTIVE")))
    return [_space_notice(delivery, space, told=one, type_="SPACE_REQUESTED", title=f"{asking} asks to join {space.name}",
                          path="members?show=requests", actor_user_id=asking_id) for one in staff]


def _space_standing(delivery: Delivered) -> list[Notice]:
    event = delivery.event
    row = db.session.get_one(SpaceMember, event.space_member_id)
    space = db.session.get_one(Space, row.space_id)
    role = {"OWNER": "an owner", "ADMIN": "an admin", "MODERATOR": "a moderator"}.get(getattr(event, "new", ""), "a member")
    type_, title = {
        "space_member.invited": ("GROUP_INVITE", f"You are invited into {space.name}"),
        "space_member.approved": ("SPACE_APPROVED", f"You are in {space.name} now"),
        "space_member.declined": ("SPACE_DECLINED", f"{space.name} did not take your request to join"),
        "space_member.role_changed": ("SPACE_ROLE_CHANGED", f"You are {role} of {space.name} now"),
        "space_member.restricted": ("SPACE_RESTRICTED", RESTRICTIONS.get(getattr(event, "what", ""), "").format(space.name)),
    }[event.name]
    if not title:
        return []
    return [_space_notice(delivery, space, told=row.member_id, type_=type_, title=title, path="", actor_user_id=None)]


def _space_notice(delivery: Delivered, space: Space, *, told: int, type_: str, title: str, path: str,
                  actor_user_id: int | None) -> Notice:
    user_id, public_id = _user_of(told)
    place = get_community(space.community_id)
    return Notice(user_id=user_id, user_public_id=public_id, type=type_, event_id=delivery.id, title=title, message="",
                  entity_type="space", entity_id=space.id, action_url=f"/c/{place.slug}/s/{space.slug}/{path}",
                  community_id=place.id, actor_user_id=actor_user_id)


def _follow(delivery: Delivered) -> list[Notice]:
    """What a follow says now; nothing when it ended meanwhile, or when this person was told the same a short while ago."""
    event = delivery.event
    follow = follow_of(event.follower_id, event.user_id)
    asks = isinstance(event, UserFollowRequested)
    if follow is None or (follow.status == "PENDING") != asks:
        return []
    accepted = not asks and event.accepted
    told, actor = (event.follower_id, event.user_id) if accepted else (event.user_id, event.follower_id)
    kind = "FOLLOW_ACCEPTED" if accepted else "FOLLOW_REQUESTED" if asks else "USER_FOLLOWED"
    if queries.was_told(told, kind, by=actor, event_id=delivery.id):
        return []
    people = {user.id: user for user in (with_profile(told), with_profile(actor))}
    name = people[actor].profile.display_name
    title = {"FOLLOW_ACCEPTED": f"{name} lets you follow them", "FOLLOW_REQUESTED": f"{name} asks to follow you",
             "USER_FOLLOWED": f"{name} follows you"}[kind]
    return [Notice(user_id=told, user_public_id=str(people[told].public_id), type=kind, event_id=delivery.id, title=title,
                   message="", entity_type="user", entity_id=actor, community_id=None, actor_user_id=actor,
                   action_url="/follow-requests" if asks else f"/u/{people[actor].username}")]


def _requests(delivery: Delivered) -> list[Notice]:
    member = db.session.get_one(Member, delivery.event.member_id)
    place = get_community(member.community_id)
    if member.status != "PENDING":
        return []
    asking_id, asking = _person(member.id)
    staff = db.session.scalars(select(Member.id).where(
        Member.community_id == place.id, Member.role.in_(STAFF), Member.status == "ACTIVE"))
    return [_membership_notice(delivery, member, place, told=one, type_="MEMBER_REQUESTED",
                               title=f"{asking} asks to join {place.name}", path="dashboard/tasks", actor_user_id=asking_id)
            for one in staff]


def _answer(delivery: Delivered) -> Notice:
    member = db.session.get_one(Member, delivery.event.member_id)
    place = get_community(member.community_id)
    is_in = isinstance(delivery.event, MemberApproved)
    title = f"You are a member of {place.name} now" if is_in else f"{place.name} did not take your request to join"
    return _membership_notice(delivery, member, place, told=member.id, title=title,
                              path="welcome" if is_in else "about", message="" if is_in else member.status_reason or "",
                              type_="MEMBER_APPROVED" if is_in else "MEMBER_DECLINED", actor_user_id=None)


def _membership_notice(delivery: Delivered, member: Member, place: Community, *, told: int, type_: str, title: str,
                       path: str, actor_user_id: int | None, message: str = "") -> Notice:
    user_id, public_id = _user_of(told)
    return Notice(user_id=user_id, user_public_id=public_id, type=type_, event_id=delivery.id, title=title, message=message,
                  entity_type="member", entity_id=member.id, action_url=f"/c/{place.slug}/{path}",
                  community_id=place.id, actor_user_id=actor_user_id)


def _notices(delivery: Delivered) -> list[Notice]:
    comment = db.session.get(Comment, delivery.event.comment_id)
    if comment is None or not comment.is_shown:
        return []
    post = db.session.get_one(Post, comment.post_id)
    writer_id, writer = _person(comment.author_id)
    answered_id = delivery.event.answered_id or comment.parent_id
    told = [one for one in _concerned(comment, post, writer, answered_id)
            if one.user_id != writer_id and _reads(one.user_id, post)]
    return [Notice(user_id=one.user_id, user_public_id=one.public_id, type=one.type, event_id=delivery.id,
                   title=one.title, message=excerpt(comment.content_html), entity_type="comment", entity_id=comment.id,
                   action_url=f"{url_of(post)}?comment={comment.public_id}#c-{comment.public_id}",
                   community_id=comment.community_id, actor_user_id=writer_id) for one in told]


def _concerned(comment: Comment, post: Post, writer: str, answered_id: int | None) -> Sequence[Told]:
    """Whom a comment concerns, each once, by the stronger reason."""
    answered = db.session.get(Comment, answered_id) if answered_id else None
    reasons = []
    if answered is not None and answered.is_shown:
        reasons.append((answered.author_id, "COMMENT_REPLIED", f"{writer} replied to you in “{post.title}”"))
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
    """Whether this person, with an account that is open, reads the post now."""
    try:
        person = of_user(user_id)
        return bool(can_act(person)) and can_read(for_community(person, post.community_id), post)
    except AppError:
        return False


@handles(UserAnonymised, lane="notify")
def on_leaving(deliveries: list[Delivered]) -> None:
    """What was told to somebody who left the site goes, and what was told of them, which names them."""
    services.forget_person({delivery.event.user_id for delivery in deliveries})
