"""What one sees before belonging: about, joining, the first steps, leaving."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request

from community.communities import policies, queries, services
from community.communities.forms import JoinForm, join_form
from community.core.clock import now
from community.core.contact import contact_address
from community.core.errors import Invalid, LoginNeeded
from community.core.forms import Form, bind, blank
from community.core.limits import limited
from community.core.markdown import as_markup
from community.core.responses import redirect, render
from community.core.web import access, blueprint

bp = blueprint("lobby", access="lobby", tenant=True)


@bp.get("/about")
def about() -> Response:
    community, posts = queries.about(g.viewer)
    return render("communities/about.html", community=community, posts=posts, about=as_markup(community.about_html),
                  rules=as_markup(community.rules_html), staff=queries.staff(g.viewer), **_joining())


@bp.get("/join")
def join_page() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    if policies.standing(g.viewer) in ("member", "pending"):
        return redirect(f"{g.viewer.community.url}about")
    return _join_page(blank(join_form(queries.questions(g.viewer.community.id))))


@bp.post("/join")
@limited(60, "hour", scope="join")
def join() -> Response:
    if g.viewer.is_guest:
        raise LoginNeeded
    form = bind(join_form(queries.questions(g.viewer.community.id)), request.form)
    if not form.valid:
        return _join_page(form, status=422)
    before = policies.standing(g.viewer)
    try:
        member = services.join(by=g.viewer, rules_version=form.data.accepted, answers=form.data.answers)
    except Invalid as error:
        form.merge(error.fields)
        return _join_page(form, status=422)
    if member.status == "PENDING":
        return redirect(f"{g.viewer.community.url}about")
    return redirect(g.viewer.community.url + ("" if before == "member" else "welcome"))


@bp.get("/welcome")
@access("member")
def welcome() -> Response:
    """The first steps of a newcomer."""
    return render("communities/welcome.html", suggested=queries.suggested_spaces(g.viewer),
                  has_written=queries.written_count(g.viewer) > 0, has_bio=queries.has_bio(g.viewer))


@bp.post("/welcome/dismiss")
@access("member")
def dismiss_welcome() -> Response:
    services.dismiss_welcome(by=g.viewer)
    return redirect(g.viewer.community.url)


@bp.get("/leave")
@access("leaver")
def leave_page() -> Response:
    return render("communities/leave.html", can_leave=policies.can_leave(g.viewer))


@bp.post("/leave")
@access("leaver")
def leave() -> Response:
    services.leave(by=g.viewer)
    return redirect("/communities" if g.viewer.community.visibility == "HIDDEN" else g.viewer.community.url + "about")


def _joining() -> dict[str, Any]:
    """What the join button needs: how the viewer stands, and for whom it says no, why and until when."""
    member, can_join = g.viewer.member, policies.can_join(g.viewer)
    own = queries.own_membership(g.viewer) if member is not None and member.status in ("BANNED", "ARCHIVED") else None
    again_at = policies.may_ask_at(own)
    return {"standing": policies.standing(g.viewer), "can_join": can_join, "own": own,
            "again_at": again_at if again_at is not None and again_at > now() else None,
            "contact": contact_address() if policies.standing(g.viewer) == "banned" else "",
            "questions": queries.questions(g.viewer.community.id) if can_join else ()}


def _join_page(form: Form[JoinForm], *, status: int = 200) -> Response:
    community = queries.at_hand(g.viewer)
    return render("communities/join.html", community=community, rules=as_markup(community.rules_html), form=form,
                  status=status, **_joining())
