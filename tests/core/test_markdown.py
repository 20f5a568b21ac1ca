"""What the renderer makes of the Markdown people write."""

from __future__ import annotations

import time

import pytest

from community.core.markdown import Links, collect_mentions, parse, render, sanitise

LINKS = Links(
    mentions={"bob": "/u/bob", "ada.l": "/u/ada.l"},
    tags={"flask": "/c/x/tags/flask"},
    images={"https://far.example/cat.png": "/media/12/full"},
)
REL = 'rel="nofollow ugc noopener"'
BOB = f'<a class="mention" href="/u/bob" {REL}>@bob</a>'
FLASK = f'<a class="tag" href="/c/x/tags/flask" {REL}>#flask</a>'


TABLE = (
    "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>b</td>\n</tr>\n</tbody>\n</table>\n"
)


def link(href: str, label: str | None = None) -> str:
    return f'<a href="{href}" {REL}>{label or href}</a>'


def inline(source: str) -> str:
    """The HTML of a text of one paragraph, without the paragraph."""
    html = render(source, links=LINKS).strip()
    assert html.startswith("<p>") and html.endswith("</p>"), html
    return html[3:-4]


@pytest.mark.parametrize(("source", "html"), [
    ("**a** _b_ `c` ~~d~~", "<strong>a</strong> <em>b</em> <code>c</code> <del>d</del>"),
    ("one\ntwo", "one<br>\ntwo"),
    ("<b>&amp;</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
    ("[a](https://b.example 't')", f'<a href="https://b.example" title="t" {REL}>a</a>'),
    ("[a](/c/x)", link("/c/x", "a")),
    ("<bob@b.example>", link("mailto:bob@b.example", "bob@b.example")),
    ("note[^1] > [!NOTE]", "note[^1] &gt; [!NOTE]"),
])
def test_inline_markup(source: str, html: str) -> None:
    assert inline(source) == html


@pytest.mark.parametrize(("source", "html"), [
    ("# a", "<h2>a</h2>\n"), ("## a", "<h3>a</h3>\n"), ("### a", "<h4>a</h4>\n"), ("###### a", "<h4>a</h4>\n"),
    ("a\n===", "<h2>a</h2>\n"),
    ("***", "<hr>\n"),
    ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
    ("- [ ] a\n- [x] b\n- c", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n<li>c</li>\n</ul>\n"),
    ("1. [X] a", "<ol>\n<li>☑ a</li>\n</ol>\n"),
    ("|a|\n|-:|\n|b|", TABLE),
    ("- [ ] ```\n  x\n  ```\n\ny", "<ul>\n<li>\n<pre><code>x\n</code></pre>\n</li>\n</ul>\n<p>y</p>\n"),
])
def test_blocks(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize(("source", "html"), [
    ("see https://a.example/b?c=d&e.", "see " + link("https://a.example/b?c=d&amp;e") + "."),
    ("(https://a.example/b_(c))", "(" + link("https://a.example/b_(c)") + ")"),
    ('"http://a.example"', '"' + link("http://a.example") + '"'),
    ("**https://a.example/x_y_z**", "<strong>" + link("https://a.example/x_y_z") + "</strong>"),
    ("HTTPS://a.example", link("HTTPS://a.example")),
    ("www.a.example/b, wow", link("https://www.a.example/b", "www.a.example/b") + ", wow"),
    ("看https://a.example。", "看https://a.example。"),
    ("看 https://a.example。", "看 " + link("https://a.example") + "。"),
    ("https://a.example/@bob/#flask:+1:", link("https://a.example/@bob/#flask:+1")+ ":"),
    ("xhttp://a.example ftp://a.example http:// http://?", "xhttp://a.example ftp://a.example http:// http://?"),
    ("https://good.example@bad.example", "https://good.example@bad.example"),
    ("[https://a.example](https://b.example)", link("https://b.example", "https://a.example")),
    ("`https://a.example`", "<code>https://a.example</code>"),
    ("awww.b.example www.b wow www.", "awww.b.example www.b wow www."),
])
def test_bare_addresses(source: str, html: str) -> None:
    assert inline(source) == html


@pytest.mark.parametrize(("source", "html"), [
    ("@bob, hi", f"{BOB}, hi"),
    ("(@bob) *@bob*", f"({BOB}) <em>{BOB}</em>"),
    ("@Ada.L.", f'<a class="mention" href="/u/ada.l" {REL}>@Ada.L</a>.'),
    ("@nobody", "@nobody"),
    ("x@bob a/@bob @@bob @bob@far.example mail@bob.example", "x@bob a/@bob @@bob @bob@far.example mail@bob.example"),
    ("`@bob` [@bob](/x)", f"<code>@bob</code> {link('/x', '@bob')}"),
    ("\\@bob &#64;bob", "@bob @bob"),
    ("![@bob](/media/1/full)", '<img src="/media/1/full" alt="@bob">'),
    ("#flask #Flask. #other", f"{FLASK} {FLASK.replace('>#flask', '>#Flask')}. #other"),
    ("x#flask #flask#x a/#flask &#39; `#flask`", "x#flask #flask#x a/#flask ' <code>#flask</code>"),
    (":smile: :+1::tada:", "😄 👍🎉"),
    ("10:30:45 a:b:c :nope: `:smile:`", "10:30:45 a:b:c :nope: <code>:smile:</code>"),
])
def test_names_and_emoji(source: str, html: str) -> None:
    assert inline(source) == html


@pytest.mark.parametrize(("source", "html"), [
    ("![a \"cat\"](/media/ab-c/full.webp)", '<img src="/media/ab-c/full.webp" alt="a &quot;cat&quot;">'),
    ("![](https://far.example/cat.png)", '<img src="/media/12/full" alt="">'),
    ("![dog](https://far.example/dog.png)", link("https://far.example/dog.png", "dog")),
    ("![](https://far.example/dog.png)", link("https://far.example/dog.png")),
    ("[![dog](https://far.example/dog.png)](/x)", link("/x", "dog")),
    ("[![cat](https://far.example/cat.png)](/x)", link("/x", '<img src="/media/12/full" alt="cat">')),
    ("![a](/media/../logout)", link("/media/../logout", "a")),
    ("![a](/logo.png)", link("/logo.png", "a")),
    ("![a](data:image/png;base64,AAAA)", "![a](data:image/png;base64,AAAA)"),
])
def test_images_are_shown_from_own_media_only(source: str, html: str) -> None:
    assert inline(source) == html


def test_code_in_a_known_language_is_coloured() -> None:
    assert render("```py extra\nx = '<'\n```") == (
        '<pre><code class="language-python"><span class="n">x</span> <span class="o">=</span> '
        "<span class=\"s1\">'&lt;'</span>\n</code></pre>\n"
    )


def test_code_in_an_unknown_language_is_plain() -> None:
    assert render("```nope\n<x>\n```") == "<pre><code>&lt;x&gt;\n</code></pre>\n"


def test_only_the_first_20000_characters_of_code_are_coloured() -> None:
    block = "```python\n" + "x = 1\n" * 3_000 + "```\n"
    first, second, small = render(block + block + "```python\ny = 2\n```").split("</pre>")[:3]
    assert "<span" in first
    assert "<span" not in second and 'class="language-python"' in second
    assert "<span" in small


def test_code_that_a_lexer_is_slow_at_stays_plain() -> None:
    code = "a\n" * 9_000
    assert render(f"```csharp\n{code}```") == f'<pre><code class="language-csharp">{code}</code></pre>\n'


def test_links_of_trusted_authors_may_be_followed() -> None:
    assert 'rel="ugc noopener"' in render("[a](https://b.example)", trusted=True)
    assert 'rel="nofollow ugc noopener"' in render("[a](https://b.example)")


def test_mentions_are_collected_once_in_their_order_and_only_where_they_show() -> None:
    hidden = "`@code` [@link](/x) ![@alt](/media/1) a@mail.example"
    source = f"@Bob and\n> @ada, @bob\n\n{hidden}\n\n|@cell|\n|-|\n\n    @block"
    assert collect_mentions(source) == ["bob", "ada", "cell"]


def test_a_document_knows_its_tags_and_foreign_images() -> None:
    document = parse("#a #B #a ![x](https://far.example/x.png) ![y](/media/1/full)")
    assert (document.tags, document.images) == (["a", "b"], ["https://far.example/x.png"])


def test_a_document_renders_the_same_each_time() -> None:
    document = parse("@bob ![x](https://far.example/cat.png)\n```python\nx\n```")
    plain = document.render()
    assert document.render(links=LINKS) != plain
    assert document.render() == plain == render("@bob ![x](https://far.example/cat.png)\n```python\nx\n```")


def test_deep_nesting_is_cut_at_a_bound() -> None:
    html = render(">" * 200 + " a") + render("- " * 200 + "a")
    assert 40 <= html.count("<blockquote>") <= 50 and html.count("<ul>") <= 25


def test_100000_characters_of_prose_take_less_than_300_ms() -> None:
    line = (
        "The **quick** fox, see https://a.example/b?c=d and @ada or #tag; `code`, [a link](/x) :smile: - and so on "
        "with words that are only words, as most of what people write is.\n"
    )
    paragraph = line * 6 + "\n- one\n- two\n\n> quote\n\n"
    source = (paragraph * (100_000 // len(paragraph) + 1))[:100_000]
    assert min(_seconds(source) for _ in range(3)) < 0.3


HOSTILE = {
    "brackets": "[" * 100_000, "closed late": "[" * 100_000 + "]", "links in links": "[a](" * 25_000,
    "images in images": "![[" * 33_000, "nested images": "![a" * 8_000 + "](/media/1)" * 8_000,
    "backticks": "".join("`" * i + " " for i in range(1, 440)), "stars": "**a *b_ " * 12_000, "tildes": "~~a " * 25_000,
    "quotes": "> " * 50_000, "lists": "- " * 50_000, "staircase": "\n".join("  " * i + "- x" for i in range(440)),
    "wide table": "|a" * 400 + "\n" + "|-" * 400 + "\n" + ("|b" * 400 + "\n") * 120,
    "long table": "|a|b|\n|-|-|\n" + "|x\n" * 33_000, "references": "".join(f"[a{i}]: /u\n" for i in range(7_000)),
    "colons": ":" * 100_000, "schemes": "http:" * 20_000, "addresses": "http://a," * 11_000,
    "dots": "http://" + "a." * 50_000, "parentheses": "http://a.b" + ")" * 90_000, "www": "www." * 25_000,
    "at signs": "@" * 100_000, "names": "@" + "a." * 50_000, "tags": "#" + "a-" * 50_000, "emoji": ":smile:" * 14_000,
    "marks": "\u0301\u0316" * 50_000, "nul": "\x00" * 100_000, "entities": "&#x" * 33_000, "tabs": "\t" * 100_000,
    "slow code": ("```csharp\n" + "a\n" * 500 + "```\n") * 90,
}


USUAL = 0.1
"""CPU seconds that a million numbers take to become text."""


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_render_in_less_than_two_seconds(name: str) -> None:
    assert any(_seconds(HOSTILE[name]) < 2 * _slowness() for _ in range(3))


def _slowness() -> float:
    """How many times slower than usual this machine is at the moment, as other work shares its cores; at least 1."""
    started = time.process_time()
    for number in range(1_000_000):
        str(number)
    return max(1.0, (time.process_time() - started) / USUAL)


def _seconds(source: str) -> float:
    started = time.process_time()
    html = render(source)
    spent = time.process_time() - started
    assert sanitise(html) == html
    return spent
