"""Inviting people, and coming in by an invitation."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, session

from community.adapters.mail import site_link
from community.communities import policies, queries, services
from community.communities.forms import AcceptForm, AddressesForm, CodeForm, LinkForm, addresses_in
from community.communities.queries import Invitation
from community.core.errors import Invalid, NotFound
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.limits import limited
from community.core.markdown import as_markup
from community.core.responses import no_store, redirect, render, respond
from community.core.text import clean
from community.core.viewer import Grant, elsewhere
from community.core.web import access, blueprint

bp = blueprint("invites", access="anyone", tenant=True)
KEPT = "invite"
"""Where the cookie of somebody without an account keeps the code, until they have one."""


@bp.get("/dashboard/invites")
@access("member")
def index() -> Response:
    return _page(blank(LinkForm), blank(AddressesForm))


@bp.post("/dashboard/invites")
@access("member")
def create() -> Response:
    form = bind(LinkForm, request.form)
    if not form.valid:
        return _page(form, blank(AddressesForm), status=422)
    data = form.data
    offer = services.Offer(role=data.role, space=_space(data.space), max_uses=data.max_uses, days=data.days)
    made = services.create_invite(offer, by=g.viewer)
    return respond(_list(fresh=made.id), otherwise=f"{_base()}#invite-{made.id}", toast="Here is the link.")


@bp.post("/dashboard/invites/mail")
@access("member")
@limited(30, "hour", scope="invite-mail")
def mail() -> Response:
    """Invite addresses, typed, pasted or in a file. The mails are sent by a worker."""
    form = bind(AddressesForm, request.form)
    if not form.valid:
        return _page(blank(LinkForm), form, status=422)
    good, bad = addresses_in(form.data.addresses + "\n" + _uploaded())
    if not good and not bad:
        form.error("addresses", "Give at least one address.")
        return _page(blank(LinkForm), form, status=422)
    offer = services.Offer(role=form.data.role, space=_space(form.data.space))
    results = services.invite_addresses(good, offer, by=g.viewer)
    results += [services.Invited(line, "not an e-mail address") for line in bad]
    return _page(blank(LinkForm), blank(AddressesForm), results=results)


@bp.post("/dashboard/invites/<number>/revoke")
@access("member")
def revoke(number: str) -> Response:
    services.revoke_invite(number_of(number), by=g.viewer)
    return respond(_list(), otherwise=_base(), toast="The invitation was taken back.")


@bp.get("/invite")
@access("lobby")
def enter_code() -> Response:
    return render("communities/invite_code.html", form=blank(CodeForm))


@bp.post("/invite")
@access("lobby")
@limited(30, "hour", scope="invite-code")
def find_code() -> Response:
    form = bind(CodeForm, request.form)
    if form.valid and queries.invitation(g.viewer.community.id, form.data.bare) is not None:
        return redirect(f"{g.viewer.community.url}invite/{form.data.bare}")
    form.error("code", "We do not know this invitation. Check that you copied all of it.")
    return render("communities/invite_code.html", form=form, status=422)


@bp.get("/invite/<code>")
@limited(60, "hour", scope="invite")
def show(code: str) -> Response:
    """Who invites where. Looking at it changes nothing."""
    return _invitation(_found(code), code, blank(AcceptForm))


@bp.post("/invite/<code>")
@limited(60, "hour", scope="invite")
def accept(code: str) -> Response:
    """Come in. Whoever has no account yet keeps the invitation, and is led back to it."""
    found = _found(code)
    if queries.state_of(found.invite) != "OPEN":
        return _invitation(found, code, blank(AcceptForm))
    if g.viewer.is_guest:
        session[KEPT] = code
        return redirect(f"/signup?next={request.path}")
    form = bind(AcceptForm, request.form)
    if form.valid:
        try:
            services.accept_invite(code, by=g.viewer, rules_version=form.data.accepted)
        except Invalid as error:
            form.merge(error.fields)
        else:
            session.pop(KEPT, None)
            return redirect(f"{g.viewer.community.url}welcome")
    return _invitation(found, code, form, status=422)


def _found(code: str) -> Invitation:
    """The invitation. Of a hidden community only one that still lets somebody in shows that there is a community."""
    place = g.viewer.community
    found = queries.invitation(place.id, code) if place.status == "ACTIVE" else None
    if found is None or (queries.state_of(found.invite) != "OPEN" and not policies.can_know_community(g.viewer)):
        if not policies.can_know_community(g.viewer):
            g.viewer = elsewhere(g.viewer)
        raise NotFound
    return found


def _invitation(found: Invitation, code: str, form: Form[AcceptForm], *, status: int = 200) -> Response:
    state = queries.state_of(found.invite)
    community = queries.get_community(g.viewer.community.id)
    return no_store(render("communities/invite.html", found=found, code=code, form=form, state=state, community=community,
                           rules=as_markup(community.rules_html), can_accept=policies.can_accept_invite(g.viewer),
                           standing=policies.standing(g.viewer), status=410 if state != "OPEN" else status))


def _uploaded() -> str:
    """The text of the file that came along, if one did."""
    file = request.files.get("file")
    raw = file.read(200_000) if file is not None else b""
    try:
        return clean(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid("This file is not a text file in UTF-8.") from None


def _space(space_id: int | None) -> Grant | None:
    if space_id is None:
        return None
    found: Grant | None = g.viewer.space(space_id)
    if found is None:
        raise NotFound
    return found


def _base() -> str:
    return f"{g.viewer.community.url}dashboard/invites"


def _shown(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - inputs of templates
    rows = queries.invites(g.viewer)
    mails = [row for row in rows if row.email and row.state == "OPEN"]
    return {"invites": rows, "base": _base(), "unsent": sum(1 for row in mails if row.mailed_at is None),
            "mails": len(mails), "fresh": 0, "address": site_link(f"{g.viewer.community.url}invite/"),
            **more}


def _list(**more: Any) -> str:  # noqa: ANN401 - inputs of templates
    return replaced("invites", fragment("communities/_invites.html", **_shown(**more)))


def _page(form: Form[LinkForm], mail_form: Form[AddressesForm], *, status: int = 200,
          results: list[services.Invited] | None = None) -> Response:
    allowed = policies.can_invite(g.viewer)
    spaces = [space for space in g.viewer.spaces if policies.can_invite_as(g.viewer, "MEMBER", space)]
    return no_store(render(
        "communities/invites.html", "communities/_invites.html", form=form, mail_form=mail_form, results=results or [],
        spaces=spaces, allowed=allowed, may_give_roles=bool(policies.can_invite_as(g.viewer, "MODERATOR", None)),
        status=status, **(_shown() if allowed else {"invites": (), "base": _base(), "unsent": 0, "mails": 0, "fresh": 0,
                                                     "address": ""})))
