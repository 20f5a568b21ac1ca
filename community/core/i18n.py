"""Texts of the interface in templates: gettext, cheap where the page is in the language the texts are written in."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask
from flask_babel import get_translations
from markupsafe import Markup

from community.extensions import babel

SHIPPED = ("en",)


def init_i18n(app: Flask) -> None:
    """Give templates `_` and `ngettext`. With only the source language shipped nothing has to be looked up."""
    babel.init_app(app)
    translated = len(SHIPPED) > 1
    app.jinja_env.globals.update(
        _=_gettext if translated else _source, gettext=_gettext if translated else _source,
        ngettext=_ngettext if translated else _source_plural)


@lru_cache(maxsize=2000)
def _markup(text: str) -> Markup:
    return Markup(text)


def _source(text: str, **values: object) -> Markup:
    return _markup(text) % values if values else _markup(text)


def _source_plural(one: str, many: str, num: int, **values: object) -> Markup:
    return _markup(one if num == 1 else many) % {"num": num, **values}


def _gettext(text: str, **values: object) -> Markup:
    found = _markup(get_translations().ugettext(text))
    return found % values if values else found


def _ngettext(one: str, many: str, num: int, **values: object) -> Markup:
    return _markup(get_translations().ungettext(one, many, num)) % {"num": num, **values}
