"""Checkers of templates. Each returns its complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jinja2 import Environment, nodes
from jinja2.meta import find_undeclared_variables

from tests.architecture.sources import Source

DECLARATION = re.compile(r"\{#- inputs:(?P<names>[^#]*?)-#\}")
PERSONAL = frozenset({"request", "session", "g", "current_user", "page", "config", "viewer"})
"""What a partial may never see; a personal one sees its `viewer`."""

BANNED = {
    r"\sstyle\s*=": "has a style attribute; the policy of the page forbids it",
    r"\son[a-z]+\s*=": "has an event handler attribute",
    r"\shx-on\b": "has hx-on",
    r"javascript:": "has a javascript: address",
    r"""=\s*["']js:""": "has a js: value",
    r"""\shx-trigger\s*=\s*(["'])(?:(?!\1).)*\[""": "has a trigger filter, which is evaluated as a script",
    r"<style\b(?![^>]*\bnonce=)": "has a style element without the nonce",
    r"<script\b(?![^>]*\b(?:src|nonce)=)": "has a script without address or nonce",
}
BANNED_SYNTAX = {
    r"\|\s*safe\b": "declares a string to be safe HTML",
    r"\{%-?\s*autoescape\s+false": "switches escaping off",
}
SYNTAX = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def is_partial(source: Source) -> bool:
    """Partials are called `_something.html`. Mails have a world of their own; the style guide's are parts of one page."""
    return source.name.rpartition("/")[2].startswith("_") and not source.name.startswith(("emails/", "styleguide/"))


def declared(source: Source) -> set[str] | None:
    """The inputs the first line names; None without such a line."""
    found = DECLARATION.match(source.text)
    return {name.strip() for name in found["names"].split(",") if name.strip()} if found else None


def undeclared_inputs(sources: Iterable[Source], env: Environment) -> list[str]:
    """Partials whose first line does not name exactly what they use."""
    partials = {source.name: source for source in sources if is_partial(source)}
    complaints = []
    for source in partials.values():
        names, used = declared(source), _used(source, partials, env)
        if names is None:
            complaints.append(source.at(1, f"does not open with {{#- inputs: {', '.join(sorted(used))} -#}}"))
            continue
        missing, extra = sorted(used - names - _local(env.parse(source.text))), sorted(names - used)
        if missing or extra:
            complaints.append(source.at(1, f"does not declare {missing or 'nothing'}, does not use {extra or 'nothing'}"))
    return complaints


def prying_partials(sources: Iterable[Source], env: Environment) -> list[str]:
    """Partials that look at the request, or at the viewer without being declared personal.

    The pieces of the frame, in `layouts/`, are given the page they frame.
    """
    complaints = []
    for source in sources:
        if is_partial(source):
            tree, own = env.parse(source.text), declared(source) or set()
            names = {name.name for name in tree.find_all(nodes.Name)} - _local(tree)
            granted = own & ({"viewer", "page"} if source.name.startswith("layouts/") else {"viewer"})
            complaints += [source.at(1, f"looks at {name}") for name in sorted(names & (PERSONAL - granted))]
    return complaints


def banned_markup(sources: Iterable[Source]) -> list[str]:
    """Attributes the policy of our pages forbids or htmx would evaluate; in mails only what is unsafe there too."""
    complaints = []
    for source in sources:
        text = COMMENT.sub(_blank, source.text)
        rules = BANNED_SYNTAX.items()
        complaints += [source.at(_line(text, m), why) for rule, why in rules for m in re.finditer(rule, text)]
        if source.name.startswith("emails/"):
            continue
        html = SYNTAX.sub(_blank, text)
        complaints += [source.at(_line(html, m), why) for rule, why in BANNED.items() for m in re.finditer(rule, html)]
    return complaints


def _used(source: Source, partials: Mapping[str, Source], env: Environment) -> set[str]:
    """What a partial needs from its caller: its own free names, and the inputs of what it includes."""
    tree = env.parse(source.text)
    used = find_undeclared_variables(tree) - set(env.globals)
    local = _local(tree)
    for include in tree.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const) and include.template.value in partials:
            used |= (declared(partials[include.template.value]) or set()) - local
    return used


def _local(tree: nodes.Template) -> set[str]:
    """Names the template gives values itself, somewhere."""
    return {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}


def _blank(match: re.Match[str]) -> str:
    """As many line breaks as before, and something where a value stood."""
    return "x" + "\n" * match[0].count("\n")


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
