"""How a page looks to those who read it: wide and narrow, light and dark, by axe's rules for WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SPACE = ("target-size", "scrollable-region-focusable", "color-contrast")
"""The rules a few pixels less can break where the layout stays the same."""
LOOKS: tuple[tuple[int, str, Sequence[str]], ...] = ((1280, "light", ()), (390, "dark", ()), (320, "light", SPACE))
"""Width, colour scheme, and the rules that are looked at; none named are all."""

RUN = """async (only) => {
  const { violations } = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 150)}`));
}"""
STILL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { transition: none !important; } .htmx-request { opacity: 1 !important; }");
  document.adoptedStyleSheets = [sheet];
}"""
"""Colours are what they will be, not on their way there, nor pale because something is being fetched."""


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it is, by the rules named or else by all of `TAGS`."""
    page.evaluate(STILL)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    only = {"type": "rule" if rules else "tag", "values": list(rules or TAGS)}
    found: list[str] = page.evaluate(RUN, only)
    return found


def is_too_wide(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def show(page: Page, width: int, scheme: str) -> None:
    """Give the window a width and a colour scheme."""
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.wait_for_function("width => innerWidth === width", arg=width)


def flaws(page: Page) -> list[str]:
    """What is wrong with the page in any of its looks."""
    found = []
    for width, scheme, rules in LOOKS:
        show(page, width, scheme)
        wrong = violations(page, *rules) + (["too wide"] if is_too_wide(page) else [])
        found += [f"{width} {scheme}, {one}" for one in wrong]
    return found
