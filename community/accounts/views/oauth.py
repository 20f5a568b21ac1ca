"""Logging in by an account elsewhere: there, back, and the one step that changes something.

Coming back is a link, and links change nothing here: what the provider said waits in the cookie for ten minutes, until the
person (or the page, for somebody known) sends the form of the last step.
"""

from __future__ import annotations

import hmac
from typing import Any

from flask import Response, current_app, g, request, session

from community.accounts import names, oauth, queries, services
from community.accounts.devices import device_of
from community.accounts.forms import NewcomerForm
from community.accounts.oauth import Identity, Provider, ProviderDown, ProviderRefused
from community.accounts.views.access import enter
from community.accounts.views.signup import await_verification
from community.config import Config
from community.core import settings as site
from community.core.clock import now
from community.core.errors import Conflict, Invalid, LoginNeeded
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.transactions import let_go
from community.core.urls import safe_next
from community.core.web import blueprint, keep_writes

bp = blueprint("oauth", access="anyone", prefix="/oauth")

WAITING, FOUND = "oauth_started", "oauth_found"
WITHIN = 600
"""Seconds a log-in elsewhere may take, and its answer may wait."""


@bp.record_once
def _show_buttons(state: Any) -> None:  # noqa: ANN401 - Flask's set-up state
    config: Config = state.app.extensions["config"]
    state.app.jinja_env.globals["login_providers"] = lambda: oauth.providers(config)


@bp.get("/<provider>/start")
@limited(60, "15 minute", scope="oauth")
def start(provider: str) -> Response:
    """Off to the provider. With `link` the account there is for whoever is logged in here."""
    found = oauth.find(_config(), provider)
    links = "link" in request.args
    if links and g.viewer.is_guest:
        raise LoginNeeded
    target = safe_next(request.args.get("next"), "")
    if not links and not g.viewer.is_guest:
        return redirect(target or "/")
    let_go()
    try:
        started = oauth.begin(found, redirect_uri=_callback(found))
    except ProviderDown:
        return _problem(found, "down", 503)
    except ProviderRefused:
        return _problem(found, "failed", 502)
    session[WAITING] = {"provider": found.key, "state": started.state, "verifier": started.verifier,
                        "nonce": started.nonce, "at": int(now().timestamp()), "next": target,
                        "user": g.viewer.user_id if links else None}
    session.pop(FOUND, None)
    return no_store(redirect(started.url))


@bp.get("/<provider>/callback")
@limited(60, "15 minute", scope="oauth")
def callback(provider: str) -> Response:
    """Back from the provider, with a code or an error. Whatever it is, this question was answered and is gone."""
    found = oauth.find(_config(), provider)
    waiting = session.pop(WAITING, None)
    if not _answers(waiting, found):
        return _problem(found, "old", 400)
    if request.args.get("error") == "access_denied":
        return _problem(found, "denied", 400, links=waiting["user"] is not None)
    if "error" in request.args or not request.args.get("code"):
        return _problem(found, "failed", 400)
    let_go()
    try:
        identity = oauth.ask(found, code=request.args["code"], redirect_uri=_callback(found),
                             verifier=waiting["verifier"], nonce=waiting["nonce"])
    except ProviderDown:
        return _problem(found, "down", 503)
    except ProviderRefused:
        return _problem(found, "failed", 400)
    session[FOUND] = {"identity": identity.packed(), "at": int(now().timestamp()), "next": waiting["next"],
                      "user": waiting["user"]}
    return no_store(redirect(f"/oauth/{found.key}/finish"))


@bp.get("/<provider>/finish")
def last_step(provider: str) -> Response:
    """What the person is asked before anything changes here."""
    found = oauth.find(_config(), provider)
    kept = _kept(found)
    if kept is None:
        return _problem(found, "old", 400)
    identity = Identity.unpacked(kept["identity"])
    if kept["user"] is not None:
        return _page("accounts/oauth_link.html", found, identity)
    if queries.linked_to(identity) is not None:
        return _page("accounts/oauth_welcome.html", found, identity)
    refusal = _refusal(found, identity)
    if refusal is not None:
        return refusal
    name = identity.name or identity.nickname
    suggested = queries.unused_username(names.suggestion_for(identity.nickname or name)) if identity.nickname or name else ""
    return _newcomer(found, identity, blank(NewcomerForm, display_name=name, username=suggested, email=identity.email))


@bp.post("/<provider>/finish")
@limited(20, "hour", scope="oauth-finish")
def finish(provider: str) -> Response:
    found = oauth.find(_config(), provider)
    kept = _kept(found)
    if kept is None:
        return _problem(found, "old", 400)
    identity = Identity.unpacked(kept["identity"])
    if kept["user"] is not None:
        return _link(found, identity)
    if queries.linked_to(identity) is not None:
        keep_writes()
        admission = services.log_in_with(identity, remember=True, device=device_of(request))
        session.pop(FOUND, None)
        return enter(admission, remember=True, target=safe_next(kept["next"], "/")) if admission else _problem(found, "shut", 403)
    return _refusal(found, identity) or _sign_up(found, identity, safe_next(kept["next"], ""))


def _link(provider: Provider, identity: Identity) -> Response:
    try:
        services.link(identity, provider.name, by=g.viewer)
    except Conflict as error:
        session.pop(FOUND, None)
        return _problem(provider, "link", 409, text=str(error), links=True)
    session.pop(FOUND, None)
    return redirect("/settings/connections?linked=" + provider.key)


def _sign_up(provider: Provider, identity: Identity, target: str) -> Response:
    form = bind(NewcomerForm, request.form)
    if form.valid and not identity.email_verified and not form.data.email:
        form.error("email", "Please fill this in.", code="required")
    if not form.valid:
        return _newcomer(provider, identity, form, status=422)
    email = str(form.data.email or "")
    try:
        user = services.sign_up_with(identity, display_name=form.data.display_name, username=form.data.username,
                                     email=email, birthdate=form.data.birthdate)
    except Invalid as error:
        form.merge(error.fields)
        return _newcomer(provider, identity, form, status=422)
    if user is None or not user.is_verified_email:
        return await_verification(email, user, target)
    admission = services.admit(user, remember=True, device=device_of(request), reason="OAUTH")
    return enter(admission, remember=True, target=target or "/communities")


def _refusal(provider: Provider, identity: Identity) -> Response | None:
    """Why no account is made: its confirmed address has one, or the site takes none."""
    if identity.email_verified and queries.by_email(identity.email) is not None:
        return _problem(provider, "known", 409, address=identity.email)
    if site.get("registration") != "OPEN":
        return _problem(provider, "closed", 403)
    return None


def _answers(waiting: dict[str, Any] | None, provider: Provider) -> bool:
    """Whether this is the answer to the question this browser asked a moment ago."""
    if waiting is None or waiting["provider"] != provider.key or not _is_recent(waiting):
        return False
    if provider.issuer and request.args.get("iss", provider.issuer) != provider.issuer:
        return False
    same_person = waiting["user"] is None or waiting["user"] == g.viewer.user_id
    return same_person and hmac.compare_digest(waiting["state"].encode(), request.args.get("state", "").encode())


def _kept(provider: Provider) -> dict[str, Any] | None:
    """What the provider said, while it counts: to the same person, for ten minutes."""
    kept: dict[str, Any] | None = session.get(FOUND)
    if kept is None or kept["identity"]["provider"] != provider.key or not _is_recent(kept):
        return None
    return kept if kept["user"] == g.viewer.user_id else None


def _is_recent(kept: dict[str, Any]) -> bool:
    return now().timestamp() - int(kept["at"]) <= WITHIN


def _callback(provider: Provider) -> str:
    return f"{_config().site_url}/oauth/{provider.key}/callback"


def _newcomer(provider: Provider, identity: Identity, form: Form[NewcomerForm], *, status: int = 200) -> Response:
    return _page("accounts/oauth_newcomer.html", provider, identity, form=form, status=status,
                 asks_birthdate=bool(site.get("minimum_age")))


def _page(template: str, provider: Provider, identity: Identity, **context: Any) -> Response:  # noqa: ANN401
    return no_store(render(template, provider_key=provider.key, provider_name=provider.name, identity=identity, **context))


def _problem(provider: Provider, kind: str, status: int, *, text: str = "", address: str = "", links: bool = False) -> Response:
    return no_store(render("accounts/oauth_problem.html", provider_name=provider.name, provider_key=provider.key, kind=kind,
                           text=text, address=address, links=links or not g.viewer.is_guest, status=status))


def _config() -> Config:
    config: Config = current_app.extensions["config"]
    return config
