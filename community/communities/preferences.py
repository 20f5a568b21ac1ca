"""The settings of a community: one schema with the defaults, for reading what is stored and checking what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Few = Annotated[int, Field(ge=0, le=365)]
Count = Annotated[int, Field(ge=0, le=100_000)]


class Preferences(BaseModel):
    """What a community decided about itself. Every field has the product's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    post_min_length: Annotated[int, Field(ge=1, le=5_000)] = 1
    """Characters of a post's text."""
    allow_member_spaces: bool = False
    allow_member_invites: bool = False
    moderators_see_all_spaces: bool = True
    premoderate_new_members: bool = False
    autohold_reports: Annotated[int, Field(ge=0, le=50)] = 3
    """Reports that hold a post back by themselves; 0 is never."""
    ai_moderation: bool = False
    reactions_max_per_target: Annotated[int, Field(ge=1, le=20)] = 3
    comment_max_depth: Annotated[int, Field(ge=1, le=6)] = 6
    edit_window_minutes: Annotated[int, Field(ge=0, le=525_600)] = 0
    """How long authors may edit; 0 is for ever."""
    slow_mode_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    require_2fa_staff: bool = False
    digest_enabled: bool = True
    public_member_list: bool = True
    kinds_enabled: list[Literal["DISCUSSION", "QUESTION", "BLOG", "POLL", "LIVE", "TUTORIAL"]] = Field(
        default_factory=list, max_length=10)
    """Kinds of posts that may be started; empty is all."""
    question_space_ids: list[Annotated[int, Field(ge=1)]] = Field(default_factory=list, max_length=200)
    weekly_report: bool = True
    news_staff_only: bool = False
    show_view_counts: bool = True
    trust_active_days: Few = 3
    trust_active_items: Count = 5
    trust_active_reads: Count = 10
    trust_trusted_days: Few = 30
    trust_trusted_items: Count = 50
    trust_trusted_likes: Count = 20


def of(stored: Mapping[str, object]) -> Preferences:
    """What is stored, with the defaults for what is not. A value an older release left behind counts as its default."""
    try:
        return Preferences.model_validate(dict(stored))
    except ValidationError as error:
        bad = {str(problem["loc"][0]) for problem in error.errors()}
        return Preferences.model_validate({key: value for key, value in stored.items() if key not in bad})


def checked(stored: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """The settings to store: those that differ from their defaults. Raises `ValidationError` for a key or value unknown."""
    wanted = Preferences.model_validate({**of(stored).model_dump(), **changes}, strict=True)
    return wanted.model_dump(exclude_defaults=True)
