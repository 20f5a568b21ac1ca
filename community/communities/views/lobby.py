"""What one sees before belonging, joining and leaving, and who else is here."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import JoinForm
from community.core import paging
from community.core.errors import Invalid, LoginNeeded
from community.core.forms import Form, bind, blank
from community.core.fragments import fragment, replaced
from community.core.ids import number_of
from community.core.limits import limited
from community.core.markdown import as_markup
from community.core.responses import redirect, render, respond
from community.core.web import access, blueprint

PAGE = 24

bp = blueprint("lobby", access="lobby", tenant=True)


@bp.get("/about")
def about() -> Response:
    community = queries.at_hand(g.viewer)
    return render("communities/about.html", community=community, about=as_markup(community.about_html),
                  rules=as_markup(community.rules_html), staff=queries.staff(g.viewer),
                  standing=policies.standing(g.viewer), can_join=policies.can_join(g.viewer))


@bp.get("/join")
def join_page() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    if policies.standing(g.viewer) in ("member", "pending"):
        return redirect(f"{g.viewer.community.url}about")
    return _join_page(blank(JoinForm))


@bp.post("/join")
@limited(60, "hour", scope="join")
def join() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    form = bind(JoinForm, request.form)
    if not form.valid:
        return _join_page(form, status=422)
    accepted = form.data.rules_version if form.data.accept else None
    try:
        member = services.join(by=g.viewer, rules_version=accepted)
    except Invalid as error:
        form.merge(error.fields)
        return _join_page(form, status=422)
    return redirect(g.viewer.community.url + ("about" if member.status == "PENDING" else ""))


@bp.get("/leave")
@access("user")
def leave_page() -> Response:
    return render("communities/leave.html", can_leave=policies.can_leave(g.viewer))


@bp.post("/leave")
@access("user")
def leave() -> Response:
    services.leave(by=g.viewer)
    return redirect("/communities" if g.viewer.community.visibility == "HIDDEN" else g.viewer.community.url + "about")


@bp.get("/members")
@access("reader")
def members() -> Response:
    after = paging.position(request.args.get("cursor"), sort="joined")
    rows = queries.members(g.viewer, limit=PAGE, after=after)
    page = paging.slice_page(rows, PAGE, lambda row: paging.Cursor("joined", row.joined_at, row.id))
    older = f"{g.viewer.community.url}members?" + urlencode({"cursor": page.next_cursor}) if page.next_cursor else ""
    return render("communities/members.html", "communities/_members_page.html", members=page.items, older=older,
                  requests=queries.requests(g.viewer) if after is None else ())


@bp.post("/members/<number>/approve")
@access("reader")
def approve(number: str) -> Response:
    services.approve_request(number_of(number), by=g.viewer)
    return _after_answer("Welcome to them.")


@bp.post("/members/<number>/decline")
@access("reader")
def decline(number: str) -> Response:
    services.decline_request(number_of(number), by=g.viewer)
    return _after_answer("The request was declined.")


def _after_answer(toast: str) -> Response:
    inputs = {"requests": queries.requests(g.viewer), "base": f"{g.viewer.community.url}members"}
    return respond(replaced("requests", fragment("communities/_requests.html", **inputs)),
                   otherwise=f"{g.viewer.community.url}members", toast=toast)


def _join_page(form: Form[JoinForm], *, status: int = 200) -> Response:
    community = queries.at_hand(g.viewer)
    return render("communities/join.html", community=community, rules=as_markup(community.rules_html), form=form,
                  can_join=policies.can_join(g.viewer), status=status)
