"""The reactions of a community in its dashboard."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import queries, services
from community.communities.forms import EmojiForm, NewEmojiForm
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.responses import redirect, render
from community.core.web import blueprint

bp = blueprint("emoji", access="admin", tenant=True, prefix="/dashboard/emoji")


@bp.get("")
def index() -> Response:
    return _page(blank(NewEmojiForm))


@bp.post("")
def add() -> Response:
    form = bind(NewEmojiForm, request.form)
    if form.valid:
        try:
            made = services.add_emoji(by=g.viewer, **form.data.model_dump(exclude={"then"}))
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{_base()}/{made.code}/picture" if form.data.then == "picture" else _base())
    return _page(form, status=422)


@bp.post("/<number>")
def change(number: str) -> Response:
    form = bind(EmojiForm, request.form)
    if not form.valid:
        raise Invalid("Give it a name of at most 60 characters.")
    services.change_emoji(number_of(number), by=g.viewer, label=form.data.label, is_active=form.data.is_active)
    return redirect(_base())


@bp.post("/<number>/move/<direction>")
def move(number: str, direction: str) -> Response:
    if direction not in ("up", "down"):
        raise NotFound
    services.move_emoji(number_of(number), -1 if direction == "up" else 1, by=g.viewer)
    return redirect(_base())


def _page(form: Form[NewEmojiForm], *, status: int = 200) -> Response:
    return render("dashboard/emoji.html", form=form, rows=queries.all_emoji(g.viewer), base=_base(), status=status)


def _base() -> str:
    return f"{g.viewer.community.url}dashboard/emoji"
