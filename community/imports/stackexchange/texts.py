"""Texts and words of a dump, as this site writes them."""

from __future__ import annotations

from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.html_properties import Display, WhiteSpace
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_element import HtmlElement

from community.core.text import clean

CLOSE_REASONS = {
    "1": "a duplicate", "2": "off topic", "3": "subjective and argumentative", "4": "not a real question",
    "7": "too localized", "10": "general reference", "20": "noise or pointless", "101": "a duplicate", "102": "off topic",
    "103": "unclear", "104": "too broad", "105": "a matter of opinion",
}
"""The site's numbers for why a question was closed, older and present ones."""

HISTORY_TYPES = {
    "10": "closings that were undone", "11": "reopenings", "12": "deletions", "13": "undeletions", "14": "locks",
    "15": "unlocks", "16": "changes to community ownership", "17": "migrations", "18": "merges", "19": "protections",
    "20": "ends of protections", "21": "dissociations of owners", "22": "ends of merges",
    "24": "approvals of suggested edits", "25": "tweets", "31": "moves of comments to chat", "33": "notices",
    "34": "ends of notices", "35": "migrations", "36": "migrations", "37": "merges", "38": "merges",
    "50": "bumps by the system", "52": "choices as a hot question", "53": "ends of being a hot question",
    "66": "marks of the assistant for new questions",
}
VOTE_TYPES = {
    "4": "reports as offensive", "5": "bookmarks", "6": "votes to close", "7": "votes to reopen", "8": "bounties",
    "9": "bounties", "10": "votes to delete", "11": "votes to undelete", "12": "reports as spam",
    "15": "moderator reviews", "16": "approvals of suggested edits",
}
POST_TYPES = {
    "3": "an orphaned tag wiki", "4": "a tag's description without a tag", "5": "a tag wiki: only its excerpt has a place",
    "6": "a nomination of an election", "7": "a text of the site's wiki", "8": "a page about privileges",
}

_HEADING = HtmlElement(display=Display.block, margin_before=1, margin_after=1, prefix="## ")
_STYLE = ParserConfig(display_links=True, css=STRICT_CSS_PROFILE | {
    "h1": _HEADING, "h2": _HEADING, "h3": _HEADING, "code": HtmlElement(whitespace=WhiteSpace.pre),
    "strong": HtmlElement(prefix="**", suffix="**"), "b": HtmlElement(prefix="**", suffix="**"),
    "em": HtmlElement(prefix="*", suffix="*"), "i": HtmlElement(prefix="*", suffix="*"),
})


def from_html(html: str) -> str:
    """The text of an HTML fragment as Markdown: paragraphs, lists, links and emphasis stay, the rest is plain."""
    return clean(get_text(html, _STYLE)).strip("\n").rstrip()


def cut(text: str, most: int) -> str:
    """The beginning of a text that is too long, to the end of a word, with an ellipsis."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(None, 1)[0].rstrip()}…"


def lock_reason(close_reason: str) -> str:
    """Why the comments of a closed question are closed, in words."""
    words = CLOSE_REASONS.get(close_reason)
    return f"Closed as {words}." if words else "Closed."
