"""Accounts, for site administrators: finding one, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Response, g, request

from community.accounts.forms.security import ReasonForm, SuspensionForm
from community.accounts.models import User
from community.accounts.services import administering
from community.admin import queries
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("people", access="site_admin", prefix="/admin/people")


@bp.get("")
def index() -> Response:
    """Everybody, or those a search finds; the newest first."""
    typed = " ".join(request.args.get("q", "").split())[:100]
    found = queries.find_people(g.viewer, typed, request.args.get("after"))
    more = f"/admin/people?q={typed}&after={found.next_cursor}" if found.next_cursor else ""
    return no_store(render("admin/people.html", "admin/_people_page.html", people=found.items, typed=typed, more=more))


@bp.get("/<username>")
def person(username: str) -> Response:
    return _page(queries.get_person(g.viewer, username))


@bp.post("/<username>/suspend")
def suspend(username: str) -> Response:
    user, form = queries.get_person(g.viewer, username), bind(SuspensionForm, request.form)
    return _judged(user, form, lambda: administering.suspend_user(
        user, dt.datetime.combine(form.data.until, dt.time(), dt.UTC), form.data.reason, by=g.viewer))


@bp.post("/<username>/ban")
def ban(username: str) -> Response:
    user, form = queries.get_person(g.viewer, username), bind(ReasonForm, request.form)
    return _judged(user, form, lambda: administering.ban_user(user, form.data.reason, by=g.viewer))


@bp.post("/<username>/reinstate")
def reinstate(username: str) -> Response:
    user, form = queries.get_person(g.viewer, username), bind(ReasonForm, request.form)
    return _judged(user, form, lambda: administering.reinstate_user(user, form.data.reason, by=g.viewer))


@bp.post("/<username>/verify")
def verify(username: str) -> Response:
    return _done(username, lambda user: administering.verify_identity(user, True, by=g.viewer))


@bp.post("/<username>/verify/delete")
@bp.delete("/<username>/verify")
def unverify(username: str) -> Response:
    return _done(username, lambda user: administering.verify_identity(user, False, by=g.viewer))


@bp.post("/<username>/creator-level")
def creator_level(username: str) -> Response:
    level = request.form.get("level", "")
    return _done(username, lambda user: administering.set_creator_level(user, level, by=g.viewer))


@bp.post("/<username>/sessions/delete")
@bp.delete("/<username>/sessions")
def end_sessions(username: str) -> Response:
    return _done(username, lambda user: administering.end_sessions_of(user, by=g.viewer))


@bp.post("/<username>/verification")
@limited(60, "hour", scope="admin-mails")
def send_verification(username: str) -> Response:
    return _done(username, lambda user: administering.send_verification_to(user, by=g.viewer))


@bp.post("/<username>/reset")
@limited(60, "hour", scope="admin-mails")
def start_reset(username: str) -> Response:
    return _done(username, lambda user: administering.start_reset_of(user, by=g.viewer))


@bp.post("/<username>/admin")
def appoint(username: str) -> Response:
    return _done(username, lambda user: administering.appoint_site_admin(user, by=g.viewer))


@bp.post("/<username>/admin/delete")
@bp.delete("/<username>/admin")
def dismiss(username: str) -> Response:
    return _done(username, lambda user: administering.dismiss_site_admin(user, by=g.viewer))


def _judged(user: User, form: Form[ReasonForm] | Form[SuspensionForm], act: Callable[[], None]) -> Response:
    if form.valid:
        try:
            act()
            return redirect(f"/admin/people/{user.username}?done=1")
        except Invalid as error:
            form.merge(error.fields or {"": str(error)})
    return _page(user, form, status=422)


def _done(username: str, act: Callable[[User], object]) -> Response:
    act(queries.get_person(g.viewer, username))
    return redirect(f"/admin/people/{username}?done=1")


def _page(user: User, form: Form[ReasonForm] | Form[SuspensionForm] | None = None, status: int = 200) -> Response:
    return no_store(render("admin/person.html", person=user, form=form or blank(SuspensionForm),
                           log=queries.acts_on(g.viewer, user), done="done" in request.args, status=status))
