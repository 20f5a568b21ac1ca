"""The accounts elsewhere one logs in by."""

from __future__ import annotations

from flask import Response, current_app, g, request

from community.accounts import oauth, queries, services
from community.config import Config
from community.core.errors import Invalid
from community.core.ids import number_of
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("connections", access="user", prefix="/settings/connections")


@bp.get("")
def page() -> Response:
    return _page()


@bp.post("/<number>/delete")
@bp.delete("/<number>")
def unlink(number: str) -> Response:
    config: Config = current_app.extensions["config"]
    configured = {provider.key: provider.name for provider in oauth.providers(config)}
    wanted = number_of(number)
    name = next((configured.get(one.provider, one.provider) for one in queries.own_connections(g.viewer) if one.id == wanted), "")
    try:
        services.unlink(wanted, name, usable=tuple(configured), by=g.viewer)
    except Invalid as error:
        return _page(problem=str(error), status=422)
    return redirect("/settings/connections?unlinked=1")


def _page(*, problem: str = "", status: int = 200) -> Response:
    config: Config = current_app.extensions["config"]
    providers = oauth.providers(config)
    own = {one.provider: one for one in queries.own_connections(g.viewer)}
    names = {provider.key: provider.name for provider in providers}
    # an account at a provider the site no longer offers can still be unlinked
    rows = [(key, names.get(key, key.capitalize()), own.get(key), key in names) for key in dict.fromkeys([*names, *own])]
    done = names.get(request.args.get("linked", ""), "")
    return no_store(render("accounts/settings_connections.html", rows=rows, problem=problem, linked=done,
                           unlinked="unlinked" in request.args, status=status))
