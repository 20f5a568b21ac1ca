"""The allow list every piece of rendered text passes."""

from __future__ import annotations

import re

import nh3

from community.core.markdown.code import LANGUAGE_CLASSES, TOKEN_CLASSES

ELEMENTS = frozenset({
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "del", "code", "pre", "span", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "img",
})
# Without "*" the library lets `lang` and `title` stand everywhere.
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href", "title"}, "img": {"src", "alt", "width", "height"}}
CLASSES = {"span": set(TOKEN_CLASSES), "code": set(LANGUAGE_CLASSES), "a": {"mention", "tag"}}
SCHEMES = {"http", "https", "mailto"}

_OWN_MEDIA = re.compile(r"/media/[A-Za-z0-9_-]+(?:[/.][A-Za-z0-9_-]+)*\Z")
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)[^\s\\]+\Z", re.IGNORECASE)
_LOCAL = re.compile(r"/(?![/\\])[^\s\\]*\Z")
_SIZE = re.compile(r"[1-9][0-9]{0,4}\Z")


def is_own_media(address: str) -> bool:
    """True for the address of a file this site stores."""
    return _OWN_MEDIA.match(address) is not None


def is_link(address: str) -> bool:
    """True for what a link in a text may lead to: the web, a mail address, or a path of this site."""
    return _ABSOLUTE.match(address) is not None or _LOCAL.match(address) is not None


def sanitise(html: str, *, trusted: bool = False) -> str:
    """The HTML with everything off the allow list removed. Doing it twice changes nothing."""
    return (_TRUSTED if trusted else _CLEANER).clean(html)


def _allowed(element: str, attribute: str, value: str) -> str | None:
    match attribute:
        case "href":
            return value if is_link(value) else None
        case "src":
            return value if is_own_media(value) else None
        case "width" | "height":
            return value if _SIZE.match(value) else None
    return value


def _cleaner(rel: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=ELEMENTS,
        attributes=ATTRIBUTES,
        attribute_filter=_allowed,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel=rel,
    )


_CLEANER = _cleaner("nofollow ugc noopener")
_TRUSTED = _cleaner("ugc noopener")
