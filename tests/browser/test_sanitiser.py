"""The tricks of the corpus in a real browser that no policy protects: nothing runs, nothing is fetched."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from community.core.markdown import render, sanitise
from tests.core.test_markdown_safety import CORPUS, LINKS

ALARM = "window.fired = []; for (const name of ['alert', 'print', 'open', 'a']) window[name] = (...all) => { fired.push(all); };"
TOUCH = """() => {
  for (const element of document.querySelectorAll("body *")) {
    for (const kind of ["click", "mouseover", "focus", "load", "error"]) {
      element.addEventListener(kind, (event) => event.preventDefault());
      element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
    }
  }
  return fired;
}"""
OWN = "https://own.example"


def fired(page: Page, html: str) -> tuple[list[object], list[str]]:
    """What ran in a page with this content, and the addresses it asked that are not pictures of the site."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{OWN}/")
    asked.clear()
    page.set_content(f"<!doctype html><title>Words</title>{html}")
    ran: list[object] = page.evaluate(TOUCH)
    return ran, [url for url in asked if not url.startswith(f"{OWN}/media/")]


def test_nothing_of_the_corpus_runs_in_a_browser(chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script(ALARM)
    context.route("**", lambda route: route.fulfill(body="", content_type="text/html"))
    for page, html in (
        (context.new_page(), "".join(render(source, links=LINKS) for source in CORPUS)),
        (context.new_page(), "".join(sanitise(source.replace("\ud83d", "")) for source in CORPUS)),
    ):
        assert len(html) > 1000
        assert fired(page, html) == ([], [])
    assert fired(context.new_page(), '<img src="x" onerror="alert(1)"><b onclick="alert(2)">here</b>') != ([], [])
    context.close()
