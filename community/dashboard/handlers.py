"""Tasks follow what happens: opened by a cause, closed by what settles it, wherever that was done."""

from __future__ import annotations

from sqlalchemy import select

from community.comments.events import CommentCreated
from community.communities import services as membership
from community.communities.events import (
    CommunityCreated,
    CommunityUpdated,
    InviteCreated,
    InviteUsed,
    MemberApproved,
    MemberDeclined,
    MemberJoined,
    MemberLeft,
    MemberRequested,
    SpaceCreated,
    StorageThresholdReached,
)
from community.communities.models import Community, Member
from community.communities.queries import rows_of
from community.core.outbox import Delivered, handles
from community.dashboard import queries, services
from community.dashboard.services import ToDo
from community.extensions import db
from community.media.events import MediaProcessed
from community.posts.events import PostPublished

STEPS = {
    "logo": ("Add a logo", "People recognise a place by its picture.", "dashboard/settings"),
    "description": ("Say what the community is about", "One or two sentences; they stand in the directory.",
                    "dashboard/settings"),
    "space": ("Open a space of your own", "General and Announcements are a start. What do people come for?", "spaces/new"),
    "rules": ("Write the house rules", "Everybody who joins reads and accepts them.", "dashboard/settings/access"),
    "invite": ("Invite three people", "A place with people in it is easier to join.", "dashboard/invites"),
    "post": ("Write the first post", "Somebody has to begin.", "new"),
}
FULL, NEARLY, RELIEVED = 100, 90, 85
"""Per cent of the storage at which the staff is told, and below which the task is settled."""


@handles(MemberRequested, lane="tasks")
def open_approvals(deliveries: list[Delivered]) -> None:
    """Somebody asks to join: one task a request."""
    for delivery in deliveries:
        member = db.session.get(Member, delivery.event.member_id)
        if member is None or member.status != "PENDING":
            continue
        [person] = rows_of([member.id])
        services.open_task(ToDo(
            community_id=member.community_id, type="MEMBER_APPROVAL", title=f"{person.name} asks to join",
            key=f"request:{member.id}:{delivery.id}", related=("member", member.id)))


@handles(MemberApproved, MemberDeclined, MemberJoined, MemberLeft, lane="tasks")
def close_approvals(deliveries: list[Delivered]) -> None:
    """The request was answered or withdrawn; one made since then stays open."""
    for delivery in deliveries:
        member = db.session.get(Member, delivery.event.member_id)
        if member is not None and member.status != "PENDING":
            services.close_tasks(member.community_id, related=("member", member.id))


@handles(CommunityCreated, lane="tasks")
def open_first_steps(deliveries: list[Delivered]) -> None:
    """A new community comes with what is left to set up."""
    for delivery in deliveries:
        community_id = delivery.event.community_id
        slug = db.session.get_one(Community, community_id).slug
        for step, (title, text, path) in STEPS.items():
            services.open_task(ToDo(community_id=community_id, type="SETUP_STEP", title=title, description=text,
                                    key=f"setup:{step}", url=f"/c/{slug}/{path}"))
        _close_done_steps(community_id)


@handles(CommunityUpdated, MediaProcessed, SpaceCreated, InviteCreated, InviteUsed, MemberJoined, PostPublished, lane="tasks")
def close_first_steps(deliveries: list[Delivered]) -> None:
    """Steps that are done go off the list by themselves."""
    for community_id in {delivery.community_id for delivery in deliveries if delivery.community_id}:
        _close_done_steps(community_id)


def _close_done_steps(community_id: int) -> None:
    for step, is_done in queries.setup_state(community_id).items():
        if is_done:
            services.close_tasks(community_id, key=f"setup:{step}")


@handles(PostPublished, CommentCreated, lane="tasks")
def raise_trust(deliveries: list[Delivered]) -> None:
    """Who writes may have earned a level."""
    wrote: dict[int, set[int]] = {}
    for delivery in deliveries:
        if delivery.community_id and delivery.actor_user_id:
            wrote.setdefault(delivery.community_id, set()).add(delivery.actor_user_id)
    for community_id, user_ids in sorted(wrote.items()):
        ids = db.session.scalars(select(Member.id).where(Member.community_id == community_id, Member.user_id.in_(user_ids)))
        membership.consider_trust(community_id, ids.all())


@handles(StorageThresholdReached, lane="tasks")
def watch_storage(deliveries: list[Delivered]) -> None:
    """Nearly full and full are two tasks; both are settled once there is room again."""
    for delivery in deliveries:
        place = db.session.get_one(Community, delivery.event.community_id)
        used = place.storage_used * 100 // max(1, place.storage_limit)
        reached = max(used, delivery.event.percent)
        if reached <= RELIEVED:
            for level in (NEARLY, FULL):
                services.close_tasks(place.id, related=(f"storage_{level}", place.id))
            continue
        for level, priority in ((NEARLY, "URGENT"), (FULL, "URGENT")):
            if reached >= level and not queries.is_open(place.id, f"storage_{level}"):
                services.open_task(ToDo(
                    community_id=place.id, type="SETUP_STEP", priority=priority, related=(f"storage_{level}", place.id),
                    key=f"storage:{level}:{delivery.id}", url=f"/c/{place.slug}/dashboard/settings/safety",
                    title="The storage is full" if level == FULL else "The storage is nearly full",
                    description="Nobody can upload files until some are removed." if level == FULL
                    else f"{used} per cent of it are used."))
