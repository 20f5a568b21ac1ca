"""A redirect stays on this site."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.core.urls import safe_next


def host_in_a_browser(address: str) -> str | None:
    """The host a browser goes to from a page of `home`, None for no web page: the steps of the URL standard."""
    address = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(0x21)))))
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", address)
    if scheme and scheme[1].lower() not in ("http", "https"):
        return None
    rest = (address[scheme.end():] if scheme else address).replace("\\", "/")
    if scheme or rest.startswith("//"):
        return re.split(r"[/?#]", rest.lstrip("/"), maxsplit=1)[0].rpartition("@")[2].lower()
    return "home"


@pytest.mark.parametrize("path",
    ["/", "/c/x/p/42-title?page=2#c-1", "/search?q=a%20b%2F%2Fc", "/a//b", "/u/@bob", "/?next=//x", "/a:b@c",
                                  "/%C3%A9", "/a%20b", "/?u=https://a.example"])
def test_a_local_path_is_kept(path: str) -> None:
    assert safe_next(path) == path


def test_other_scripts_become_ascii() -> None:
    assert safe_next("/tags/größe?q=日") == "/tags/gr%C3%B6%C3%9Fe?q=%E6%97%A5"


@pytest.mark.parametrize("address", [
    None, "", "c/x", "?a", "#a", ".", "https://e.example", "http:e.example", "//e.example", "///e.example",
    "/\\e.example", "\\/e.example",
    "\\\\e.example", "/a\\b", "/\t/e.example", "/\n/e.example", "/\r\n/e.example", "\t//e.example", " //e.example",
    "/ /e.example",
    "javascript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "/\x00", "/a\x7f", "/a\x85", "/a b",
    "/%2Fe.example",
    "/%2f%2fe.example", "/%5Ce.example", "/%5ce.example", "/%09/e.example", "/%0d%0aSet-Cookie:x", "/a%00",
    "/.//e.example",
    "/a/..//e.example", "/%2e%2e//e.example", "/.%2E//e.example", "/\ud800", "/" + "a" * 2_000, "mailto:a@b.example",
])
def test_anything_else_leads_to_the_default(address: str | None) -> None:
    assert safe_next(address) == "/"
    assert safe_next(address, "/home") == "/home"


PIECES = st.sampled_from([*"/\\.?#@: \t\n\r\x00a", "//", "..", "%2f", "%5C", "%2e", "%09", "%00", "e.example", "https:",
    "javascript:", "é"])


@settings(max_examples=1_000)
@given(st.lists(PIECES | st.text(max_size=2), max_size=10).map("".join))
def test_whatever_is_kept_stays_on_this_site_in_a_browser(address: str) -> None:
    kept = safe_next(address, "/default")
    path = re.split(r"[?#]", kept, maxsplit=1)[0]
    for reading in (kept, unquote(path), "/" + re.sub(r"(^|/)\.{1,2}(?=/|$)", "", unquote(path)).lstrip()[1:]):
        assert host_in_a_browser(reading) == "home"
    assert kept.isascii() and kept.isprintable() and " " not in kept


@settings(max_examples=500)
@given(st.lists(st.sampled_from("abc123-_~"), min_size=1).map("".join), st.text("abc=&%20", max_size=10))
def test_plain_paths_are_never_refused(path: str, query: str) -> None:
    assert safe_next(f"/{path}?{query}") == f"/{path}?{query}"
