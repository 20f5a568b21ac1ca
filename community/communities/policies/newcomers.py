"""What somebody may do whom a community does not know yet."""

from __future__ import annotations

from community.core.errors import Invalid, TooFast
from community.core.markdown import parse
from community.core.viewer import Viewer

LINKS, IMAGES, MENTIONS, POSTS, COMMENTS = 2, 1, 2, 5, 20
"""In one text: links, images, mentions; in 24 hours: posts, comments."""

def is_newcomer(by: Viewer) -> bool:
    """A member of the lowest level of trust who is not of the staff."""
    return by.member is not None and by.member.trust_level == "NEW" and not by.is_staff


def check_newcomer_text(by: Viewer, text: str, *, field: str) -> None:
    """Hold a newcomer's text to the limits. Raises `Invalid` at the field, saying which one."""
    if not is_newcomer(by):
        return
    read = parse(text)
    for count, most, noun in ((read.link_count, LINKS, "link"), (read.image_count, IMAGES, "image"),
                              (len(read.mentions), MENTIONS, "mention")):
        if count > most:
            raise Invalid(fields={field: f"As a new member you may use {most} {noun}{'s' if most > 1 else ''} at most; "
                                         f"this text has {count}."})


def newcomer_hint(by: Viewer, *, comments: bool = False) -> str:
    """What a newcomer should know before writing; empty for everybody else."""
    if not is_newcomer(by):
        return ""
    pace = f"{COMMENTS} comments" if comments else f"{POSTS} posts"
    tags = "" if comments else "only tags that exist, "
    return (f"You are new here: up to {LINKS} links, {IMAGES} image and {MENTIONS} mentions in a text, {tags}and {pace} a day. "
            "This ends once people know you.")


def check_newcomer_pace(by: Viewer, today: int, *, most: int, noun: str) -> None:
    """Hold a newcomer to so many posts or comments in 24 hours. Raises `TooFast`."""
    if is_newcomer(by) and today >= most:
        raise TooFast(3600, f"As a new member you may write {most} {noun} a day. Go on tomorrow.")
