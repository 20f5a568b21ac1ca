"""Secrets planted wherever something can be hidden, each with those who may see it.

A new place where content hides is one more line in `_plant_…`: a secret, where it stands, and its readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sqlalchemy import insert, select, update

from community.accounts.models import Session, User
from community.comments import services as comments
from community.comments.models import Comment
from community.communities import services as communities
from community.communities import viewers
from community.communities.models import Community, Member, Space
from community.core.audit import audit
from community.core.broadcast import push
from community.core.clock import now
from community.core.transactions import unit_of_work
from community.core.viewer import Viewer
from community.extensions import db
from community.notifications.models import Notification
from community.posts import services as posts
from community.posts.drafting import Draft
from community.posts.models import Post
from community.posts.queries import tag_ids
from tests.permissions.world import PLACES, World

STAFF = frozenset({"moderator", "admin", "owner", "site_admin"})
ADMINS = frozenset({"admin", "owner", "site_admin"})
INSIDE = STAFF | {"member", "author", "space_member", "space_banned", "space_moderator", "suspended", "muted"}
ASKED = frozenset({"pending"})
"""They knew the name when they asked, and read it again where they take the question back."""
IN_SPACE = frozenset({"author", "space_member", "space_moderator"})


@dataclass
class Canaries:
    """The secrets by their text, who may see each, and the addresses that lead to what hides them."""

    readers: dict[str, frozenset[str]] = field(default_factory=dict)
    posts: dict[str, list[str]] = field(default_factory=dict)
    """By slug: numbers of posts."""
    topics: dict[str, frozenset[str]] = field(default_factory=dict)
    """Topics on which a secret was pushed, and who may hear them."""

    def secret(self, name: str, *readers: frozenset[str]) -> str:
        text = f"canary-{name}-{len(self.readers)}-song"
        self.readers[text] = frozenset().union(*readers)
        return text


def plant(world: World) -> Canaries:
    """Hide something everywhere, in the present transaction."""
    found = Canaries()
    with unit_of_work():
        for visibility, slug in PLACES.items():
            _plant_place(found, world, visibility, slug)
        _plant_people(found, world)
    return found


def _viewer(world: World, role: str, slug: str) -> Viewer:
    return viewers.for_community(viewers.of_user(world.people[role].user_id), int(world.things[slug]["place_id"]))


def _plant_place(found: Canaries, world: World, visibility: str, slug: str) -> None:
    place_id = int(world.things[slug]["place_id"])
    author, owner = _viewer(world, "author", slug), _viewer(world, "owner", slug)
    spaces = {space.slug: space for space in db.session.scalars(select(Space).where(Space.community_id == place_id))}
    found.posts[slug] = []
    for name, readers in (("workshop", IN_SPACE | STAFF), ("guild", IN_SPACE | STAFF), ("cellar", IN_SPACE | ADMINS)):
        _plant_post(found, world, slug, f"{name}-{visibility}", author, readers, space=spaces[name])
    spaces["cellar"].name = found.secret(f"space-name-{visibility}", IN_SPACE, ADMINS)
    spaces["cellar"].description = found.secret(f"space-description-{visibility}", IN_SPACE, ADMINS)
    spaces["workshop"].description = found.secret(f"workshop-description-{visibility}", INSIDE)
    for state, values, readers in (
        ("draft", {"status": "DRAFT"}, ADMINS), ("scheduled", {"status": "SCHEDULED"}, ADMINS),
        ("flagged", {"status": "FLAGGED"}, STAFF), ("removed", {"status": "REMOVED"}, STAFF),
        ("rejected", {"moderation_status": "REJECTED"}, STAFF), ("shadow", {"moderation_status": "SHADOW_BANNED"}, STAFF),
        ("deleted", {"deleted_at": now(), "deleted_by": author.member.id if author.member else None}, STAFF),
    ):
        post = _plant_post(found, world, slug, f"{state}-{visibility}", author, readers | {"author"}, space=spaces["general"])
        db.session.execute(update(Post).where(Post.id == post.id).values(**values))
        communities.count_topics(place_id, post.space_id, -1, tag_ids=tag_ids(post))
    if visibility != "PUBLIC":
        _plant_post(found, world, slug, f"open-space-{visibility}", author, INSIDE, space=spaces["general"])
        _plant_members(found, world, slug)
    if visibility == "HIDDEN":
        db.session.execute(update(Community).where(Community.id == place_id).values(
            name=found.secret("hidden-name", INSIDE, ASKED), description=found.secret("hidden-description", INSIDE),
            about_html=found.secret("hidden-about", INSIDE), rules_html=found.secret("hidden-rules", INSIDE)))
    _plant_in_thread(found, world, slug, author)
    audit("SYSTEM_ACTION", "something.done", ("community", place_id), by=owner, community_id=place_id,
          reason=found.secret(f"audit-{visibility}", ADMINS))


def _plant_post(found: Canaries, world: World, slug: str, name: str, author: Viewer, readers: frozenset[str], *,
                space: Space) -> Post:
    """A post whose title, text, tag and comment nobody but its readers may see, a push on its topic included."""
    draft = Draft(found.secret(f"{name}-title", readers), found.secret(f"{name}-text", readers), space_id=space.id,
                  tags=[found.secret(f"{name}-tag", readers)])
    post = posts.publish_post(draft, by=_trusted(viewers.for_community(author, space.community_id)))
    comments.add_comment(post, comments.Reply(found.secret(f"{name}-comment", readers)), by=author)
    found.posts[slug].append(f"{post.id}-{post.slug}")
    topic = f"post:{post.public_id}"
    push(topic, found.secret(f"{name}-pushed", readers))
    found.topics[topic] = readers
    return post


def _plant_in_thread(found: Canaries, world: World, slug: str, author: Viewer) -> None:
    """What an open post hides: the words it had before, and the comments that are gone."""
    things = world.things[slug]
    post = db.session.get_one(Post, int(things["post"]))
    before, title = post.content, post.title
    earlier = found.secret(f"history-{slug}", INSIDE)
    posts.edit_post(post, Draft(title, earlier, version=post.version), by=author)
    posts.edit_post(post, Draft(title, before, version=post.version), by=author)
    for state, values in (("removed", {"status": "REMOVED"}), ("shadow", {"moderation_status": "SHADOW_BANNED"}),
                          ("deleted", {"deleted_at": now()})):
        comment = comments.add_comment(post, comments.Reply(found.secret(f"comment-{state}-{slug}", STAFF, {"author"})),
                                       by=author)
        db.session.flush()
        db.session.execute(update(Comment).where(Comment.id == comment.id).values(**values))


def _plant_members(found: Canaries, world: World, slug: str) -> None:
    """Who belongs to a community that is not public."""
    member_id = _viewer(world, "member", slug).member.id  # type: ignore[union-attr]
    title = found.secret(f"title-{slug}", INSIDE)
    db.session.execute(update(Member).where(Member.id == member_id).values(title=title))


def _plant_people(found: Canaries, world: World) -> None:
    """What belongs to one person alone."""
    everybody = STAFF - {"site_admin"}
    for role in ("author", "owner"):
        user_id = world.people[role].user_id
        own = frozenset({role, "site_admin"})
        email = f"{found.secret(f'address-{role}', own)}@example.org"
        db.session.execute(update(User).where(User.id == user_id).values(email=email))
        db.session.execute(update(User).where(User.id == user_id).values(phone=found.secret(f"p{role[:1]}", own)[:20]))
        db.session.execute(update(Session).where(Session.user_id == user_id).values(
            device_label=found.secret(f"device-{role}", own)))
        db.session.execute(insert(Notification).values(
            user_id=user_id, type="POST_COMMENTED", entity_type="member", entity_id=1, action_url="/communities",
            title=found.secret(f"notice-{role}", frozenset({role})), message=found.secret(f"message-{role}", frozenset({role})),
            source_event_id=-user_id))
    for slug in PLACES.values():
        for role, readers in (("pending", everybody | {"pending", "site_admin"}), ("banned", everybody | {"banned", "site_admin"})):
            member_id = _viewer(world, role, slug).member.id  # type: ignore[union-attr]
            db.session.execute(update(Member).where(Member.id == member_id).values(
                join_answers=[{"question": "Why?", "answer": found.secret(f"answer-{role}-{slug}", readers)}],
                status_reason=found.secret(f"reason-{role}-{slug}", readers)))


def _trusted(by: Viewer) -> Viewer:
    """Newcomers may not write as much as is planted here."""
    return replace(by, member=replace(by.member, trust_level="TRUSTED")) if by.member else by


def write_in_closed_spaces(world: World, slug: str) -> None:
    """Posts and comments as people write them, where most do not read."""
    author = _trusted(_viewer(world, "author", slug))
    with unit_of_work():
        place_id = int(world.things[slug]["place_id"])
        for name in ("workshop", "guild", "cellar"):
            space_id = db.session.scalars(select(Space.id).where(Space.community_id == place_id, Space.slug == name)).one()
            post = posts.publish_post(Draft(f"Inside {name}", f"Said in {name}.", space_id=space_id), by=author)
            comments.add_comment(post, comments.Reply("An answer."), by=author)
