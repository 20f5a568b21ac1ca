"""What the answers look like: camelCase names, ids as UUIDs, times in UTC; what is empty is left out where it says `?`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

T = TypeVar("T")

Moment = Annotated[dt.datetime, PlainSerializer(
    lambda at: at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), return_type=str)]
"""A time as the API writes it: UTC, with milliseconds."""


class Shape(BaseModel):
    """A part of an answer. Fields that may be missing are left out when they are."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, from_attributes=True, extra="forbid")


class Envelope(Shape, Generic[T]):
    """A good answer."""

    success: bool = True
    data: T


class Detail(Shape):
    """One thing that is wrong, and where."""

    path: list[str | int]
    message: str
    code: str


class ErrorEnvelope(Shape):
    """An answer that went wrong."""

    success: bool = False
    error: str
    details: list[Detail] | None = None


class KeyShape(Shape):
    """The key a program came with."""

    permissions: list[str]
    community_id: uuid.UUID | None = None


class Standing(Shape):
    """Somebody's place in a community."""

    id: uuid.UUID
    slug: str
    name: str
    member_id: uuid.UUID
    role: str
    status: str


class Me(Shape):
    """Who asks."""

    id: uuid.UUID
    username: str
    name: str
    email: str
    avatar: str | None = None
    status: str
    created_at: Moment
    communities: list[Standing]
    key: KeyShape | None = None


class Membership(Shape):
    """The caller's place in the community at hand."""

    member_id: uuid.UUID
    role: str
    status: str


class CommunityRow(Shape):
    """A community in a list."""

    id: uuid.UUID
    slug: str
    name: str
    description: str
    visibility: str
    join_policy: str
    member_count: int
    post_count: int
    url: str


class CommunityPage(Shape):
    """A part of the list of communities."""

    communities: list[CommunityRow]
    has_more: bool
    total: int


class CommunityShape(CommunityRow):
    """A community."""

    about: str
    rules: str
    created_at: Moment
    membership: Membership | None = None


class SpaceShape(Shape):
    """A space the caller may know of."""

    id: uuid.UUID
    slug: str
    name: str
    description: str
    icon: str | None = None
    visibility: str
    posting_policy: str
    is_archived: bool
    is_member: bool
    is_readable: bool
    url: str


class SpaceList(Shape):
    """The spaces of a community."""

    spaces: list[SpaceShape]


class MemberRow(Shape):
    """A member in the table of the staff."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    email: str
    avatar: str | None = None
    role: str
    plan: str
    status: str
    post_count: int
    comment_count: int
    joined_at: Moment
    last_active_at: Moment


class MemberPage(Shape):
    """A part of the table of members."""

    members: list[MemberRow]
    has_more: bool
    total: int


class Activity(Shape):
    """Something a member did."""

    id: uuid.UUID
    type: str
    description: str
    created_at: Moment


class MemberShape(MemberRow):
    """A member, with what they did last."""

    recent_activity: list[Activity]


class Author(Shape):
    """Who wrote something; the id is that of the member."""

    id: uuid.UUID
    name: str
    avatar: str | None = None
    username: str


class Named(Shape):
    """Something with a name."""

    id: uuid.UUID
    name: str


class PostRow(Shape):
    """A post in a list."""

    id: uuid.UUID
    slug: str
    """`<number>-<slug>`, as in the address of its page."""
    title: str
    excerpt: str | None = None
    author: Author
    space: Named | None = None
    category: Named | None = None
    tags: list[str]
    status: str
    view_count: int
    like_count: int
    comment_count: int
    flag_count: int
    published_at: Moment | None = None
    created_at: Moment


class PostPage(Shape):
    """A part of the list of posts."""

    posts: list[PostRow]
    next_cursor: str | None = Field(default=None)


class PostShape(PostRow):
    """A post with its text, in Markdown."""

    content: str
    content_html: str | None = None
    updated_at: Moment
