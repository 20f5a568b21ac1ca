"""The people of a space: who is in it, and what its staff does about that."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import InviteForm, RestrictionForm, RoleForm
from community.core import paging
from community.core.clock import now
from community.core.errors import Invalid
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.limits import limited
from community.core.responses import redirect, render
from community.core.viewer import Grant
from community.core.web import access, blueprint

PAGE = 24

bp = blueprint("space_members", access="person", tenant=True, prefix="/s/<space>/members")


@bp.get("")
@access("reader")
def index(space: str) -> Response:
    return _list(queries.get_space(g.viewer, space), blank(InviteForm))


@bp.post("/invite")
@limited(200, "day", scope="space-invite")
def invite(space: str) -> Response:
    found, form = queries.get_space(g.viewer, space), bind(InviteForm, request.form)
    if form.valid:
        try:
            services.invite_to_space(found, form.data.username, by=g.viewer)
        except Invalid as error:
            form.merge(error.fields)
        else:
            return redirect(f"{found.url}members?show=invited")
    return _list(found, form, status=422)


@bp.post("/<number>/approve")
def approve(space: str, number: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.approve_space_request(found, number_of(number), by=g.viewer)
    return redirect(f"{found.url}members?show=requests")


@bp.post("/<number>/decline")
def decline(space: str, number: str) -> Response:
    """No to a request; or an invitation is taken back."""
    found = queries.get_space(g.viewer, space)
    services.decline_space_request(found, number_of(number), by=g.viewer)
    return redirect(f"{found.url}members?show=" + ("invited" if request.args.get("of") == "invited" else "requests"))


@bp.get("/<number>")
def manage(space: str, number: str) -> Response:
    """What the staff may do about one person."""
    return _person(queries.get_space(g.viewer, space), number)


@bp.post("/<number>/role")
def give_role(space: str, number: str) -> Response:
    found, form = queries.get_space(g.viewer, space), bind(RoleForm, request.form)
    if not form.valid:
        return _person(found, number, status=422)
    services.give_space_role(found, number_of(number), form.data.role, by=g.viewer)
    return redirect(f"{found.url}members/{number_of(number)}")


@bp.post("/<number>/mute")
def mute(space: str, number: str) -> Response:
    found, form = queries.get_space(g.viewer, space), bind(RestrictionForm, request.form)
    if form.valid and form.data.days == "0":
        form.error("days", "Choose how long.")
    if not form.valid:
        return _person(found, number, muting=form, status=422)
    until = now() + dt.timedelta(days=int(form.data.days))
    services.mute_in_space(found, number_of(number), until=until, reason=form.data.reason, by=g.viewer)
    return redirect(f"{found.url}members/{number_of(number)}")


@bp.post("/<number>/mute/delete")
def unmute(space: str, number: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.unmute_in_space(found, number_of(number), by=g.viewer)
    return redirect(f"{found.url}members/{number_of(number)}")


@bp.post("/<number>/ban")
def ban(space: str, number: str) -> Response:
    found, form = queries.get_space(g.viewer, space), bind(RestrictionForm, request.form)
    if not form.valid:
        return _person(found, number, banning=form, status=422)
    until = now() + dt.timedelta(days=int(form.data.days)) if form.data.days != "0" else None
    services.ban_from_space(found, number_of(number), until=until, reason=form.data.reason, by=g.viewer)
    return redirect(f"{found.url}members/{number_of(number)}")


@bp.post("/<number>/ban/delete")
def unban(space: str, number: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.unban_from_space(found, number_of(number), by=g.viewer)
    return redirect(f"{found.url}members/{number_of(number)}")


@bp.post("/<number>/remove")
def remove(space: str, number: str) -> Response:
    found = queries.get_space(g.viewer, space)
    services.remove_from_space(found, number_of(number), by=g.viewer)
    return redirect(f"{found.url}members")


def _list(space: Grant, form: Form[InviteForm], *, status: int = 200) -> Response:
    q = " ".join(request.args.get("q", "").split())[:50]
    show = request.args.get("show", "members")
    show = show if show in queries.LISTS else "members"
    narrowed = {"space": space.id, "show": show, "q": q}
    after = paging.position(request.args.get("cursor"), sort="id", filters=narrowed)
    rows = queries.space_members(g.viewer, space, show=show, q=q, limit=PAGE, after=after)
    page = paging.slice_page(rows, PAGE, lambda row: paging.Cursor("id", row.id, row.id, narrowed))
    kept = {name: value for name, value in (("show", show), ("q", q)) if value and value != "members"}
    older = f"{space.url}members?" + urlencode(kept | {"cursor": page.next_cursor}) if page.next_cursor else ""
    return render("communities/space_members.html", "communities/_space_members_page.html", status=status, space=space,
                  rows=page.items, older=older, show=show, q=q, form=form, counts=queries.waiting_counts(g.viewer, space),
                  can_moderate=bool(policies.can_moderate_space(g.viewer, space)))


def _person(space: Grant, number: str, *, muting: Form[RestrictionForm] | None = None,
            banning: Form[RestrictionForm] | None = None, status: int = 200) -> Response:
    row = queries.get_space_member(g.viewer, space, number_of(number))
    roles = [role for role in ("MEMBER", "MODERATOR", "ADMIN", "OWNER")
             if policies.can_give_role(g.viewer, space, row.rank, role)]
    return render("communities/space_member.html", space=space, row=row, roles=roles if row.status == "ACTIVE" else [],
                  can_act=policies.can_act_on(g.viewer, space, row.rank), muting=muting or blank(RestrictionForm),
                  banning=banning or blank(RestrictionForm), status=status)
