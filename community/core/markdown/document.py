"""A text, parsed once: what it names, and its HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from community.core import text
from community.core.markdown import inline
from community.core.markdown.code import Budget, code_block
from community.core.markdown.sanitiser import is_link, is_own_media, sanitise

MAX_NESTING = 50
"""Quotes and lists deeper than this are not shown; each list counts twice."""

MAX_INLINE_NESTING = 8
"""Brackets within brackets deeper than this are plain text."""

OPTIONS = {"html": False, "breaks": True, "tasklists": True}
HEADINGS = {"h1": "h2", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
TASKS = {True: "☑ ", False: "☐ "}


@dataclass(frozen=True)
class Links:
    """Where the names in a text lead, by name in lower case; what is missing here stays plain text."""

    mentions: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)
    """Addresses of foreign images to those of our own copies."""


NO_LINKS = Links()


@dataclass(frozen=True)
class Document:
    """A parsed text. The lists hold each name once, in the order of the text."""

    tokens: Sequence[Token]
    mentions: list[str]
    tags: list[str]
    images: list[str]
    """The addresses of images on other sites."""

    @property
    def link_count(self) -> int:
        """How many links, each as often as it stands there."""
        return sum(token.type == "link_open" for token in _inner(self.tokens))

    @property
    def image_count(self) -> int:
        return sum(token.type == "image" for token in _inner(self.tokens))

    def render(self, *, trusted: bool = False, links: Links = NO_LINKS) -> str:
        """The HTML. Links of trusted authors do without `nofollow`."""
        html = _BLOCKS.renderer.render(self.tokens, _BLOCKS.options, {"links": links, "budget": Budget()})
        return sanitise(html, trusted=trusted)


def parse(source: str) -> Document:
    """Read a Markdown text."""
    tokens = _BLOCKS.parse(text.clean(source))
    inner = list(_inner(tokens))
    return Document(
        tokens,
        mentions=list(dict.fromkeys(t.meta["name"] for t in inner if t.type == "mention")),
        tags=list(dict.fromkeys(t.meta["name"] for t in inner if t.type == "tag")),
        images=list(dict.fromkeys(_source(t) for t in inner if t.type == "image" and not is_own_media(_source(t)))),
    )


def _inner(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _source(image: Token) -> str:
    return str(image.attrs["src"])


# The parser: one for blocks and one, with less nesting, for what stands inside them


class _Renderer(RendererHTML):
    """Elements where ours differ from the library's. `env` holds `links` and `budget`."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return code_block(tokens[idx].content, tokens[idx].info, env["budget"])

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.renderToken(tokens, idx, options, env)

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _named(tokens[idx], "mention", env["links"].mentions)

    def tag(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _named(tokens[idx], "tag", env["links"].tags)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        source, alt = _source(token), self.renderInlineAsText(token.children, options, env)
        own = source if is_own_media(source) else env["links"].images.get(source)
        if own is not None:
            return f'<img src="{escape(own)}" alt="{escape(alt)}">'
        label = escape(alt or source)
        return label if token.meta.get("linked") else f'<a href="{escape(source)}">{label}</a>'


class _Parser(MarkdownIt):
    def __init__(self, nesting: int) -> None:
        super().__init__("commonmark", OPTIONS | {"maxNesting": nesting}, renderer_cls=_Renderer)
        self.enable(["table", "strikethrough"])

    def validateLink(self, url: str) -> bool:
        return is_link(url)


def _named(token: Token, kind: str, places: Mapping[str, str]) -> str:
    place = places.get(token.meta["name"])
    label = escape(token.content)
    return label if place is None else f'<a class="{kind}" href="{escape(place)}">{label}</a>'


def _parse_inner(state: StateCore) -> None:
    inner = _INNER.inline
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            if inner.terminator_re.search(token.content):
                inner.parse(token.content, _INNER, state.env, token.children)
            elif token.content:  # nothing in it starts any rule; large tables are full of such cells
                token.children.append(Token("text", "", 0, content=token.content))


def _adapt(state: StateCore) -> None:
    """Headings below the page's own, `del` for struck text, a glyph for a task, images that know they are in a link."""
    task: str | None = None
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS[token.tag]
        elif token.type == "list_item_open":
            task = TASKS[token.meta["checked"]] if "checked" in token.meta else None
        elif token.type == "list_item_close":
            task = None
        elif token.type == "inline":
            _adapt_inner(token.children or [])
            if task is not None:
                token.children = [Token("text", "", 0, content=task), *(token.children or [])]
            task = None


def _adapt_inner(tokens: list[Token]) -> None:
    linked = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            linked = token.type == "link_open"
        elif token.type in ("s_open", "s_close"):
            token.tag = "del"
        elif token.type == "image":
            token.meta["linked"] = linked
            _flatten(token)


def _flatten(image: Token) -> None:
    """Names in the description of an image are text."""
    for child in image.children or ():
        if child.type in ("mention", "tag"):
            child.type = "text"
        _flatten(child)


_INNER = _Parser(MAX_INLINE_NESTING)
inline.install(_INNER)
_BLOCKS = _Parser(MAX_NESTING)
_BLOCKS.core.ruler.at("inline", _parse_inner)
_BLOCKS.core.ruler.push("adapt", _adapt)
