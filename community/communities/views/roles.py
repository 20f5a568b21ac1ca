"""The staff of a community: roles, titles, and handing it over."""

from __future__ import annotations

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import MemberRoleForm, OfferForm, TitleForm, TrustForm
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.ids import number_of
from community.core.responses import no_store, redirect, render
from community.core.viewer import ROLES
from community.core.web import access, blueprint

bp = blueprint("roles", access="admin", tenant=True, prefix="/dashboard/roles")
handover = blueprint("ownership", access="member", tenant=True, prefix="/ownership")
NOBODY = "There is no active member of that name here."


@bp.get("")
def index() -> Response:
    return _page(blank(MemberRoleForm, role="MODERATOR"), blank(OfferForm))


@bp.post("")
def change() -> Response:
    form = bind(MemberRoleForm, request.form)
    if form.valid:
        try:
            services.change_role(queries.find_member(g.viewer, form.data.username).id, form.data.role, by=g.viewer)
        except NotFound:
            form.error("username", NOBODY)
        else:
            return redirect(_base())
    return _page(form, blank(OfferForm), status=422)


@bp.post("/<number>/role")
def change_role(number: str) -> Response:
    role = request.form.get("role", "")
    if role not in ROLES:
        raise Invalid("There is no such role.")
    services.change_role(number_of(number), role, by=g.viewer)
    return redirect(_base())


@bp.post("/<number>/title")
def describe(number: str) -> Response:
    form = bind(TitleForm, request.form)
    if not form.valid:
        raise Invalid("Keep titles and nicknames below 60 characters.")
    services.describe_member(number_of(number), title=form.data.title, nickname=form.data.nickname, by=g.viewer)
    return redirect(_base())


@bp.post("/trust")
def set_trust() -> Response:
    form = bind(TrustForm, request.form)
    if form.valid:
        try:
            services.set_trust(queries.find_member(g.viewer, form.data.username).id, form.data.level, by=g.viewer)
        except NotFound:
            form.error("username", NOBODY)
        else:
            return redirect(_base())
    return _page(blank(MemberRoleForm, role="MODERATOR"), blank(OfferForm), form, status=422)


@bp.post("/offer")
def offer() -> Response:
    form = bind(OfferForm, request.form)
    if form.valid:
        try:
            services.offer_ownership(queries.find_member(g.viewer, form.data.username).id, by=g.viewer)
        except NotFound:
            form.error("username", NOBODY)
        except Invalid as error:
            form.error("username", str(error))
        else:
            return redirect(_base())
    return _page(blank(MemberRoleForm, role="MODERATOR"), form, status=422)


@bp.post("/offer/withdraw")
def withdraw() -> Response:
    services.withdraw_ownership(by=g.viewer)
    return redirect(_base())


@handover.get("")
def offered() -> Response:
    """The offer, to whom it was made."""
    waiting = queries.open_offer(g.viewer.community.id)
    if waiting is None or waiting.to_member_id != g.viewer.member.id:
        raise NotFound
    [giver] = queries.rows_of([waiting.from_member_id])
    return no_store(render("communities/ownership.html", offer=waiting, giver=giver))


@handover.post("/accept")
def accept() -> Response:
    services.accept_ownership(by=g.viewer)
    return redirect(f"{g.viewer.community.url}dashboard/tasks")


@handover.post("/decline")
@access("member")
def decline() -> Response:
    services.decline_ownership(by=g.viewer)
    return redirect(g.viewer.community.url)


def _base() -> str:
    return f"{g.viewer.community.url}dashboard/roles"


def _page(form: Form[MemberRoleForm], offer_form: Form[OfferForm], trust_form: Form[TrustForm] | None = None, *,
          status: int = 200) -> Response:
    waiting = queries.open_offer(g.viewer.community.id)
    people = queries.rows_of([waiting.to_member_id]) if waiting else ()
    below = [role for role in ROLES if ROLES.index(role) < g.viewer.rank or g.viewer.is_site_admin]
    return no_store(render(
        "communities/roles.html", form=form, offer_form=offer_form, staff=queries.staff(g.viewer), roles=below,
        trust_form=trust_form or blank(TrustForm, level="ACTIVE"),
        own_id=g.viewer.member.id if g.viewer.member else 0, owns=bool(policies.can_own(g.viewer)), offer=waiting,
        offered_to=people[0] if people else None, base=_base(), status=status))
