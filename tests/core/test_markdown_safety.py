"""Nothing a text holds becomes active: a corpus of tricks, and made-up texts out of fragments of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.markdown import Links, as_markup, render, sanitise

XHTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = {
    "p", "br", "hr", "h2", "h3", "h4", "strong", "em", "del", "code", "pre", "span", "blockquote", "ul", "ol", "li",
    "table", "thead", "tbody", "tr", "th", "td", "a", "img",
}
ATTRIBUTES = {"a": {"href", "title", "class", "rel"}, "img": {"src", "alt", "width", "height"}, "span": {"class"},
              "code": {"class"}}
LINKS = Links({"bob": "/u/bob"}, {"flask": "/c/x/tags/flask"}, {"https://far.example/a": "/media/1/a"})

CORPUS = [
    "<script>alert(1)</script>", "<ScRiPt src=//e.example></sCrIpT>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img title='</style><img src onerror=alert(1)>'>", "<math><mi xlink:href='javascript:alert(1)'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>x</a>", "<a href='java&#10;script:alert(1)'>x</a>", "<base href='//e.example'>",
    "<hx-partial hx-target='#x'>a</hx-partial>", "<div hx-get='/logout' hx-trigger=load>a</div>", "<p data-hx-post=/x>",
    "<p hx-on:click='alert(1)' id=flash name=body style='x:expression(1)'>",
    "<template><script>alert(1)</script></template>",
    "<input autofocus onfocus=alert(1)>", "<object data=javascript:alert(1)>", "<embed src=//e.example>",
    "<marquee onstart=a()>",
    "<!--><script>alert(1)</script-->", "<![CDATA[<script>alert(1)</script>]]>", "<?php echo 1 ?>", "<!DOCTYPE x>",
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))",
    "[a](<java\nscript:alert(1)>)",
    "[a](&#106;avascript:alert(1))", "[a](javascript&colon;alert(1))", "[a](javascript&#58;alert&#40;1&#41;)",
    "[a](\x01javascript:alert(1))", "[a](&#1;javascript:alert(1))", "[a]( javascript:alert(1))",
    "[a](%6Aavascript:alert(1))",
    "[a](vbscript:msgbox(1))", "[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](file:///etc/passwd)", "[a](blob:x)",
    "[a](view-source:x)", "[a](//e.example)", "[a](/\\e.example)", "[a](\\\\e.example)", "[a](https:\\\\e.example)",
    "<javascript:alert(1)>", "<JAVASCRIPT:alert(1)>", "<data:text/html,x>", "[a]: javascript:alert(1)\n\n[a]",
    "![a](javascript:alert(1))", "![a](//e.example/x.png)", "![a](data:image/svg+xml;base64,PHN2Zz4=)",
    "![a](/media/1/x?y=z)", "![a](/media/%2e%2e/x)", "![a](/media//x)", "![a\" onerror=\"alert(1)](/media/1)",
    "![`\"`onerror=alert(1)//](/media/1)", "[a](https://b.example \"x\\\" onclick=\\\"alert(1)\")",
    "[a](https://b.example 'x\" onmouseover=\"alert(1)')", "[a](https://b.example/\"onclick=alert(1)//)",
    "[![a](https://far.example/b)](https://c.example)",
    "[a ![b](https://far.example/c) [d](https://e.example)](https://f.example)",
    "[<a href=x>](https://b.example)", "https://a.example/\"onclick=alert(1)", "https://a.example/<script>",
    "www.a.example/'\"><b>",
    "http://javascript:alert(1)", "```\"><script>alert(1)</script>\nx\n```", "```python\" onclick=\"x\nx\n```",
    "```html\n<script>alert(1)</script>\n</code></pre><script>\n```", "`</code><script>alert(1)</script>`",
    "@bob\"><script>", "#flask\" onclick=x", ":smile:<script>", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&#x3c;img src=x onerror=alert(1)&#x3e;", "|<script>|\n|-|\n|<td onclick=x>|", "- [ ] <input type=checkbox>",
    "a\x00b<\x00script>", "<scr\x00ipt>", "\ud83d", "\ufeff<script>", "a\u2028b\u202e<b>", "\x1b[31m",
    "[a](https://b.example\x00)",
    "***a **b*** c**", "**[a**](/b)", "[a](/b \"`\") `", "> <b\n> onclick=x>", "<b\n\nonclick=x>", "# <h1 id=x>",
    "<table><tr><td>",
]


def _tree(html: str) -> Element:
    return html5lib.parse(html, treebuilder="etree")


def _content(root: Element) -> Iterator[Element]:
    body = root.find(f"{XHTML}body")
    assert body is not None
    yield from list(body.iter())[1:]


def assert_inert(html: str) -> None:
    """Parsed by a browser's rules, and what that gives parsed again, the HTML holds only what is allowed."""
    for text in (html,
        html5lib.serialize(_tree(html), tree="etree", omit_optional_tags=False, quote_attr_values="always")):
        for element in _content(_tree(text)):
            assert isinstance(element.tag, str), "a comment"
            name = element.tag.removeprefix(XHTML)
            assert name in ELEMENTS, f"<{name}> in {html!r}"
            assert set(element.attrib) <= ATTRIBUTES.get(name, set()), f"{element.attrib} in {html!r}"
            _assert_values(name, element.attrib)
    assert sanitise(html) == html


def _assert_values(name: str, attributes: dict[str, str]) -> None:
    if "href" in attributes:
        assert re.fullmatch(r"(?i:https?://|mailto:)[^\s\\]+|/(?![/\\])[^\s\\]*", attributes["href"]), attributes
    if "src" in attributes:
        assert re.fullmatch(r"/media/[\w-]+([/.][\w-]+)*", attributes["src"]), attributes
    if name == "a":
        assert attributes["rel"] == "nofollow ugc noopener"
        assert attributes.get("class", "tag") in {"mention", "tag"}
    if name in ("span", "code") and "class" in attributes:
        assert re.fullmatch(r"language-[a-z.+-]+|[a-z0-9]{1,3}", attributes["class"]), attributes


@pytest.mark.parametrize("source", CORPUS)
def test_a_known_trick_is_inert(source: str) -> None:
    assert_inert(render(source, links=LINKS))
    assert_inert(render(f"> - a {source} b\n\n{source}", links=LINKS))


@pytest.mark.parametrize("html", CORPUS)
def test_html_of_any_origin_is_inert_after_the_sanitiser(html: str) -> None:
    cleaned = sanitise(html.replace("\ud83d", ""))
    assert sanitise(cleaned) == cleaned
    for element in _content(_tree(cleaned)):
        assert element.tag.removeprefix(XHTML) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag.removeprefix(XHTML), set())


def test_classes_outside_the_closed_list_are_removed() -> None:
    html = '<p class="k"><span class="k modal">a</span> <a class="tag btn">b</a> <code class="language-x">c</code></p>'
    cleaned = '<p><span class="k">a</span> <a class="tag" rel="nofollow ugc noopener">b</a> <code class="">c</code></p>'
    assert sanitise(html) == cleaned


def test_images_keep_a_size_in_pixels_only() -> None:
    assert sanitise('<img src="/media/1/a" width="20" height="9e9">') == '<img src="/media/1/a" width="20">'


def test_a_place_with_quotes_in_it_stays_inside_its_attribute() -> None:
    assert_inert(render("@bob", links=Links(mentions={"bob": '/u/"onclick="x'})))
    assert_inert(render("@bob", links=Links(mentions={"bob": "javascript:alert(1)"})))


def test_markup_is_not_escaped_again() -> None:
    assert as_markup("<p>a</p>").__html__() == "<p>a</p>"


FRAGMENTS = st.sampled_from([
    *"<>\"'`[]()!*_~#@:&;|\\/=- \n\t\x00\x0c", "\n\n", "\n> ", "\n- ", "\n1. ", "\n    ", "```", "~~~", "```python\n",
    "```html\n",
    "](", "![", "[a](", "](/x)", "](https://b.example)", "](javascript:alert(1))", "](/media/1/a)", "https://",
    "www.a.example",
    "[a]: ", "\n|a|\n|-|\n|", "- [ ] ", "# ", "***", "<!--", "-->", "<![CDATA[", "]]>", "<?", "</", "/>", "<a ", "<b>",
    "<p>", "<svg>",
    "<math>", "<mi>", "<style>", "</style>", "<script>", "</script>", "<table>", "<tr>", "<td>", "<img ", "<template>",
    "<select>",
    "<option>", "<noscript>", "<title>", "<textarea>", "<xmp>", "<plaintext>", "<form>", "<iframe>", "<hx-partial>",
    " hx-get=/x ",
    " hx-swap-oob=true ", " data-x=y ", " id=a ", " name=b ", " style=c ", " onclick=d ", " onerror=e ", "javascript:",
    "data:",
    "vbscript:", "&lt;", "&gt;", "&amp;", "&quot;", "&#60;", "&#0;", "&#x1;", "&#13;", "&colon;", "&NewLine;", "&Tab;",
    "@bob", "#flask",
    ":smile:", "a", "é", "\u0301", "\u202e", "\ufeff", "\ufffe", "\u2028", "\x85", "\ud800",
    "\U0001f600", "\U0010ffff",
])
TEXTS = st.lists(FRAGMENTS | st.text(max_size=4), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_no_text_renders_to_anything_active(source: str) -> None:
    assert_inert(render(source, links=LINKS))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_the_sanitiser_is_a_fixed_point_for_any_html(source: str) -> None:
    html = re.sub("[\x00\ud800-\udfff]", "", source)
    cleaned = sanitise(html)
    for element in _content(_tree(cleaned)):
        assert element.tag.removeprefix(XHTML) in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES.get(element.tag.removeprefix(XHTML), set())
