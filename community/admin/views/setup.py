"""The first run."""

from __future__ import annotations

from flask import Response, request, session
from flask_login import login_user

from community.accounts.devices import device_of
from community.accounts.queries import has_site_admin
from community.accounts.services import start_session
from community.accounts.signed_in import LoggedIn
from community.admin import services
from community.admin.forms import SetupForm
from community.core.errors import Invalid, NotFound
from community.core.forms import bind, blank
from community.core.limits import limited
from community.core.responses import no_store, redirect, render
from community.core.web import blueprint

bp = blueprint("setup", access="anyone", prefix="/setup")


@bp.get("")
def page() -> Response:
    if has_site_admin():
        raise NotFound
    return no_store(render("admin/setup.html", form=blank(SetupForm)))


@bp.post("")
@limited(20, "hour", scope="setup")
def set_up() -> Response:
    form = bind(SetupForm, request.form)
    if form.valid:
        try:
            admin, community = services.set_up(**form.data.model_dump())
        except Invalid as error:
            form.merge(error.fields)
        else:
            session.clear()
            login_user(LoggedIn(start_session(admin, remember=True, device=device_of(request))))
            session.permanent = True
            return redirect(f"/c/{community.slug}/")
    return no_store(render("admin/setup.html", form=form, status=422))
