"""Partials: one template, the same bytes in a page, in an answer and in a push."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from markupsafe import Markup

from community.core.markdown import as_markup


def fragment(template: str, **inputs: object) -> Markup:
    """Render a partial from its declared inputs alone: it sees no request, session or viewer it was not given."""
    return as_markup(current_app.jinja_env.get_template(template).render(inputs))


def partial(target: str, html: str, *, swap: str) -> Markup:
    """Address a rendered fragment to what the selector `target` finds."""
    opening = Markup('<hx-partial hx-target="{}" hx-swap="{}">').format(target, swap)
    return opening + as_markup(html) + Markup("</hx-partial>")


def appended(target: str, html: str) -> Markup:
    """Put the fragment behind the last child of `target`."""
    return partial(f"#{target}", html, swap="append")


def prepended(target: str, html: str) -> Markup:
    """Put the fragment before the first child of `target`."""
    return partial(f"#{target}", html, swap="prepend")


def replaced(target: str, html: str) -> Markup:
    """Put the fragment in the place of `target`, keeping focus and what is equal."""
    return partial(f"#{target}", html, swap="outerMorph")


def removed(target: str) -> Markup:
    """Take the element with the id `target` off the page."""
    return partial(f"#{target}", "", swap="delete")


def said(message: str) -> Markup:
    """Announce a message in the page's one status line."""
    return partial("#say", Markup("{}").format(message), swap="innerHTML")


def pressed(html: str, marks: Sequence[str]) -> Markup:
    """Fill a viewer's own marks into shared HTML: the toggles with these element ids are pressed."""
    for mark in marks:
        html = html.replace(f'id="{mark}" aria-pressed="false"', f'id="{mark}" aria-pressed="true"')
    return as_markup(html)
