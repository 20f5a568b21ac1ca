"""Inline rules of our own: addresses, @mentions, #tags and :emoji:, outside code, links and each other.

They fire at characters that end a run of plain text and look only at their neighbourhood, so a text full of such
characters costs linear time.
"""

from __future__ import annotations

import re
from functools import lru_cache

from emoji import emojize
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_MENTION = re.compile(r"@([A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,28}[A-Za-z0-9_])?)(?![\w@])")
_TAG = re.compile(r"#([^\W_](?:[\w-]{0,48}\w)?)(?![\w#])")
_EMOJI = re.compile(r":([a-z0-9_+-]{1,60}):")
# Up to white space, quotes, angle brackets and the like, and the punctuation of East Asian text.
_ADDRESS = re.compile(r"[^\s<>\"`|\\^{}\x00-\x1f\x7f-\x9f\u2018-\u201f\u00ab\u00bb\u3000-\u303f\uff00-\uff0f]{1,2000}")
_HOST = re.compile(r"[^\W_][\w.-]*(?::\d+)?(?=[/?#]|\Z)")
_TRAILING = "?!.,:;*_~'"


def install(md: MarkdownIt) -> None:
    """Add the rules to a parser."""
    md.inline.add_terminator_char("w")
    for name, rule in (("web", _web), ("www", _www), ("mention", _mention), ("tag", _tag), ("emoji", _emoji)):
        md.inline.ruler.before("link", name, rule)


def _mention(state: StateInline, silent: bool) -> bool:
    return _name(state, silent, "@", _MENTION, "mention")


def _tag(state: StateInline, silent: bool) -> bool:
    return _name(state, silent, "#", _TAG, "tag")


def _name(state: StateInline, silent: bool, sign: str, pattern: re.Pattern[str], kind: str) -> bool:
    if silent or state.src[state.pos] != sign or state.linkLevel or not _stands_free(state, "/@#&=+-."):
        return False
    found = pattern.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    token = state.push(kind, "a", 0)
    token.content = found[0]
    token.meta = {"name": found[1].lower()}
    state.pos = found.end()
    return True


def _emoji(state: StateInline, silent: bool) -> bool:
    if silent or state.src[state.pos] != ":" or not _stands_free(state, ""):
        return False
    found = _EMOJI.match(state.src, state.pos, state.posMax)
    if found is None or state.src[found.end() : found.end() + 1].isalnum():
        return False
    character = _character_of(found[0])
    if character is None:
        return False
    state.append_pending(character)
    state.pos = found.end()
    return True


@lru_cache(maxsize=4096)
def _character_of(shortcode: str) -> str | None:
    character = emojize(shortcode, language="alias")
    return character if character != shortcode else None


def _web(state: StateInline, silent: bool) -> bool:
    """A bare `http://` or `https://` address; fires at its colon."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    before = state.src[max(0, state.pos - 6) : state.pos]
    found = re.search(r"(?<![\w@#])https?\Z", before, re.IGNORECASE)
    if found is None or not state.pending.endswith(found[0]):
        return False
    start = state.pos - len(found[0])
    return _link(state, start, state.pos + 3, "")


def _www(state: StateInline, silent: bool) -> bool:
    """A bare address that starts with `www.`; read as https."""
    if silent or state.linkLevel or not state.src.startswith("www.", state.pos) or not _stands_free(state, "/@#&=+-.:"):
        return False
    return _link(state, state.pos, state.pos, "https://")


def _link(state: StateInline, start: int, host: int, prefix: str) -> bool:
    """Make a link of the address that begins at `start`, and whose host begins at `host`."""
    found = _ADDRESS.match(state.src, host, state.posMax)
    rest = _trimmed(found[0]) if found else ""
    named = _HOST.match(rest)
    if named is None or (prefix and "." not in named[0][4:]):
        return False
    label = state.src[start : host + len(rest)]
    href = state.md.normalizeLink(prefix + label)
    if not state.md.validateLink(href):
        return False
    if start < state.pos:
        state.pending = state.pending[: start - state.pos]
    state.push("link_open", "a", 1).attrs = {"href": href}
    state.push("text", "", 0).content = label
    state.push("link_close", "a", -1)
    state.pos = host + len(rest)
    return True


def _trimmed(address: str) -> str:
    """The address without the punctuation of the sentence it stands in, and without brackets it does not open."""
    surplus = {")": address.count(")") - address.count("("), "]": address.count("]") - address.count("[")}
    end = len(address)
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def _stands_free(state: StateInline, joined: str) -> bool:
    """True when no letter, digit, underscore or one of `joined` comes directly before."""
    before = state.src[state.pos - 1] if state.pos else " "
    return not (before.isalnum() or before == "_" or before in joined)
