"""Markdown to HTML: the one renderer and sanitiser, for pages, previews, mails, feeds and the API.

Only this package may declare a string to be markup. Raw HTML in a text is shown, not obeyed; what the parser makes
goes through an allow list of elements, attributes, classes and addresses.
"""

from __future__ import annotations

from markupsafe import Markup

from community.core.markdown.document import NO_LINKS, Document, Links, parse
from community.core.markdown.reading import excerpt, plain, reading_minutes, word_count
from community.core.markdown.sanitiser import sanitise

__all__ = [
    "NO_LINKS",
    "RENDERER_VERSION",
    "Document",
    "Links",
    "as_markup",
    "collect_mentions",
    "excerpt",
    "parse",
    "plain",
    "reading_minutes",
    "render",
    "sanitise",
    "word_count",
]

RENDERER_VERSION = 1
"""Stored beside rendered HTML; raised when the same text gives other HTML, which is then made again."""


def render(source: str, *, trusted: bool = False, links: Links = NO_LINKS) -> str:
    """The HTML of a text. Links of trusted authors do without `nofollow`. `links` says where names lead."""
    return parse(source).render(trusted=trusted, links=links)


def collect_mentions(source: str) -> list[str]:
    """The usernames a text mentions outside code and links, in lower case, each once, in their order."""
    return parse(source).mentions


def as_markup(html: str) -> Markup:
    """Declare HTML that was rendered here, or by a template, to be safe to show as it is."""
    return Markup(html)
