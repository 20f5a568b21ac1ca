"""Keys for programs that act in one's name."""

from __future__ import annotations

import datetime as dt

from flask import Response, current_app, g, request

from community.accounts import services
from community.accounts.forms.keys import KeyForm
from community.accounts.queries.keys import MOST_KEYS, count_active_keys, own_keys
from community.core.clock import now
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("keys", access="user", prefix="/settings/api-keys")

PERMISSIONS = (
    ("read", "Read", "What you can read"),
    ("write", "Write", "Posts, comments and reactions in your name"),
    ("dashboard", "Dashboard", "Figures, members and tasks of communities you run"),
    ("moderate", "Moderate", "Reports and reviews where you are staff"),
)
LIVES = (("30", "30 days"), ("90", "90 days"), ("365", "One year"), ("0", "Until I revoke it"))


@bp.get("")
def page() -> Response:
    return _page(blank(KeyForm, permissions=["read"]), revoked="revoked" in request.args)


@bp.post("")
def create() -> Response:
    form = bind(KeyForm, request.form)
    community = next((home for home in g.viewer.communities if home.public_id == form.values["community"]), None)
    if form.values["community"] and community is None:
        form.error("community", "You are not a member of this community.")
    if not form.valid:
        return _page(form, status=422)
    days = int(form.data.days)
    try:
        key = services.create_key(form.data.name, permissions=form.data.permissions, community=community,
                                  life=dt.timedelta(days=days) if days else None, by=g.viewer)
    except Invalid as error:
        form.error("", str(error))
        return _page(form, status=422)
    return _page(blank(KeyForm, permissions=["read"]), key=key, key_name=form.data.name)


@bp.post("/<number>/delete")
@bp.delete("/<number>")
def revoke(number: str) -> Response:
    services.revoke_key(number_of(number), by=g.viewer)
    return redirect("/settings/api-keys?revoked=1")


def _page(form: Form[KeyForm], *, key: str = "", key_name: str = "", revoked: bool = False, status: int = 200) -> Response:
    places = [("", "All my communities"), *((home.public_id, home.name) for home in g.viewer.communities)]
    names = {home.id: home.name for home in g.viewer.communities}
    return no_store(render(
        "accounts/settings_api_keys.html", form=form, keys=own_keys(g.viewer), key=key, key_name=key_name, names=names,
        places=places, permissions=PERMISSIONS, lives=LIVES, revoked=revoked, now=now(),
        site_url=current_app.extensions["config"].site_url, most=MOST_KEYS,
        is_full=count_active_keys(g.viewer.user.id) >= MOST_KEYS, status=status))
